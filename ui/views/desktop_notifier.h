#pragma once

#include <chrono>
#include <map>
#include <optional>

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
  /// All critical findings there are now, by name and what they say, and the names of those that are muted:
  /// these are not told, also not when they are muted no more. One that comes again within kForgottenAfter
  /// is not told again.
  void follow(const QMap<QString, QString>& critical, const QSet<QString>& muted = {},
              SteadyTime now = Moment::now().steady);

  static constexpr std::chrono::minutes kForgottenAfter{10};

 signals:
  /// What was handed to the desktop.
  void told(const QString& text);

 private:
  static void tell(const QString& text);

  bool enabled_ = true;
  std::map<QString, std::optional<SteadyTime>> known_;  // since when each is gone; nullopt: it is not
};

}  // namespace leasescope::ui
