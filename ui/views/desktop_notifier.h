#pragma once

#include <QMap>
#include <QObject>
#include <QSet>
#include <QString>

#include "core/diagnosis/finding.h"

namespace leasescope::ui {

/// Tells the desktop of critical findings that were not there before, by the message bus
/// (org.freedesktop.Notifications). Where there is none nothing happens. The window's thread; does not wait.
class DesktopNotifier : public QObject {
  Q_OBJECT

 public:
  using QObject::QObject;

  void setEnabled(bool enabled) { enabled_ = enabled; }
  bool enabled() const { return enabled_; }
  /// All critical findings there are now, by name and what they say.
  void follow(const QMap<QString, QString>& critical);

 signals:
  /// What was handed to the desktop.
  void told(const QString& text);

 private:
  static void tell(const QString& text);

  bool enabled_ = true;
  QSet<QString> known_;
};

}  // namespace leasescope::ui
