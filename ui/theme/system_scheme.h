#pragma once

#include <QDBusMessage>
#include <QObject>

class QApplication;

namespace leasescope::ui {

/// Whether the system wants dark windows, now and whenever that changes. The desktop portal is asked first
/// (org.freedesktop.appearance color-scheme, which GNOME, KDE and others answer): Qt before 6.5 knows nothing
/// of it. Where there is no portal, or it has no preference, Qt's own palette decides.
///
/// Lives on the window's thread and never waits: the portal's answer comes as a change.
class SystemScheme : public QObject {
  Q_OBJECT

 public:
  /// Owned by the application.
  explicit SystemScheme(QApplication& application);

  bool dark() const { return dark_; }

 signals:
  void changed(bool dark);

 protected:
  bool eventFilter(QObject* object, QEvent* event) override;

 private slots:
  void portalSettingChanged(const QDBusMessage& message);

 private:
  /// As the portal counts them.
  enum Preference : uint { None, Dark, Light };

  void askPortal();
  void prefer(const QVariant& value);
  void decide();

  Preference preference_ = None;
  bool dark_ = false;
  bool deciding_ = false;
};

}  // namespace leasescope::ui
