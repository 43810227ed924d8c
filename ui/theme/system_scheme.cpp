#include "ui/theme/system_scheme.h"

#include <QApplication>
#include <QDBusConnection>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>
#include <QEvent>
#include <QFileInfo>
#include <QPalette>
#include <QStyleHints>

namespace leasescope::ui {
namespace {

constexpr QLatin1String kService("org.freedesktop.portal.Desktop");
constexpr QLatin1String kPath("/org/freedesktop/portal/desktop");
constexpr QLatin1String kInterface("org.freedesktop.portal.Settings");
constexpr QLatin1String kGroup("org.freedesktop.appearance");
constexpr QLatin1String kKey("color-scheme");

/// Without a bus of this session Qt would start one.
bool hasSessionBus() {
  return qEnvironmentVariableIsSet("DBUS_SESSION_BUS_ADDRESS") ||
         QFileInfo::exists(qEnvironmentVariable("XDG_RUNTIME_DIR") + QStringLiteral("/bus"));
}

bool qtSaysDark() {
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
  return QGuiApplication::styleHints()->colorScheme() == Qt::ColorScheme::Dark;
#else
  QApplication::setPalette(QPalette());  // back to the system's, to look at it
  return QApplication::palette().window().color().lightness() < 128;
#endif
}

}  // namespace

SystemScheme::SystemScheme(QApplication& application) : QObject(&application) {
  decide();
  application.installEventFilter(this);
  if (hasSessionBus()) askPortal();
}

void SystemScheme::askPortal() {
  QDBusConnection bus = QDBusConnection::sessionBus();
  bus.connect(kService, kPath, kInterface, QStringLiteral("SettingChanged"), this,
              SLOT(portalSettingChanged(QDBusMessage)));
  QDBusMessage question = QDBusMessage::createMethodCall(kService, kPath, kInterface, QStringLiteral("Read"));
  question << QString(kGroup) << QString(kKey);
  auto* answer = new QDBusPendingCallWatcher(bus.asyncCall(question), this);
  connect(answer, &QDBusPendingCallWatcher::finished, this, [this, answer] {
    const QDBusPendingReply<QDBusVariant> reply = *answer;
    if (reply.isValid()) prefer(reply.value().variant());
    answer->deleteLater();
  });
}

void SystemScheme::portalSettingChanged(const QDBusMessage& message) {
  const QVariantList setting = message.arguments();  // group, key, value
  if (setting.size() == 3 && setting[0] == kGroup && setting[1] == kKey) prefer(setting[2]);
}

/// The value comes wrapped once, and in an answer to Read twice.
void SystemScheme::prefer(const QVariant& value) {
  if (value.canConvert<QDBusVariant>()) {
    prefer(value.value<QDBusVariant>().variant());
    return;
  }
  const uint preference = value.toUInt();
  preference_ = preference == Dark || preference == Light ? static_cast<Preference>(preference) : None;
  decide();
}

void SystemScheme::decide() {
  deciding_ = true;  // looking at Qt's palette changes it, and so does whoever follows
  dark_ = preference_ == None ? qtSaysDark() : preference_ == Dark;
  emit changed(dark_);
  deciding_ = false;
}

bool SystemScheme::eventFilter(QObject* object, QEvent* event) {
  if (event->type() == QEvent::ThemeChange && !deciding_) decide();
  return QObject::eventFilter(object, event);
}

}  // namespace leasescope::ui
