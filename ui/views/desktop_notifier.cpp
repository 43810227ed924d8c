#include "ui/views/desktop_notifier.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCall>
#include <QMap>
#include <QVariantMap>

namespace leasescope::ui {
namespace {

constexpr uchar kUrgent = 2;
constexpr int kDesktopDecides = -1;  // how long it is shown

}  // namespace

void DesktopNotifier::follow(const QMap<QString, QString>& critical, const QSet<QString>& muted,
                             SteadyTime now) {
  for (auto& [name, goneSince] : known_) {
    if (!goneSince && !critical.contains(name)) goneSince = now;
  }
  std::erase_if(known_,
                [now](const auto& item) { return item.second && now - *item.second > kForgottenAfter; });
  QStringList fresh;
  for (auto one = critical.begin(); one != critical.end(); ++one) {
    const bool isNew = !known_.contains(one.key());
    known_[one.key()] = std::nullopt;
    if (isNew && !muted.contains(one.key())) fresh << one.value();
  }
  if (!enabled_ || fresh.isEmpty()) return;
  const QString text =
      fresh.size() == 1 ? fresh.front() : tr("%1 And %2 more.").arg(fresh.front()).arg(fresh.size() - 1);
  tell(text);
  emit told(text);
}

void DesktopNotifier::tell(const QString& text) {
  const QDBusConnection bus = QDBusConnection::sessionBus();
  if (!bus.isConnected()) return;
  QDBusMessage message = QDBusMessage::createMethodCall(
      QStringLiteral("org.freedesktop.Notifications"), QStringLiteral("/org/freedesktop/Notifications"),
      QStringLiteral("org.freedesktop.Notifications"), QStringLiteral("Notify"));
  message << QStringLiteral("Leasescope") << 0U << QStringLiteral("leasescope") << tr("etcd locks: critical")
          << text.toHtmlEscaped() << QStringList()
          << QVariantMap{{QStringLiteral("urgency"), QVariant::fromValue(kUrgent)}} << kDesktopDecides;
  bus.asyncCall(message);
}

}  // namespace leasescope::ui
