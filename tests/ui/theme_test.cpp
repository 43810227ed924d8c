#include "ui/theme/theme.h"

#include <future>

#include <QApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusVariant>
#include <QLabel>
#include <QtTest>

#include "core/playground/subprocess.h"

namespace leasescope::ui {
namespace {

constexpr char kPath[] = "/org/freedesktop/portal/desktop";
constexpr char kSettings[] = "org.freedesktop.portal.Settings";

}  // namespace

/// The part of the desktop portal that tells whether windows are to be dark.
class Portal : public QObject {
  Q_OBJECT
  Q_CLASSINFO("D-Bus Interface", "org.freedesktop.portal.Settings")

 public:
  explicit Portal(const QString& bus) : bus_(QDBusConnection::connectToBus(bus, QStringLiteral("portal"))) {
    bus_.registerObject(kPath, this, QDBusConnection::ExportAllSlots);
    bus_.registerService(QStringLiteral("org.freedesktop.portal.Desktop"));
  }

  void prefer(uint preference) {
    preference_ = preference;
    QDBusMessage signal = QDBusMessage::createSignal(kPath, kSettings, QStringLiteral("SettingChanged"));
    signal << QStringLiteral("org.freedesktop.appearance") << QStringLiteral("color-scheme")
           << QVariant::fromValue(QDBusVariant(preference));
    bus_.send(signal);
  }

 public slots:
  // NOLINTNEXTLINE(readability-identifier-naming): the portal's name for it
  QDBusVariant Read(const QString&, const QString&) {
    return QDBusVariant(QVariant::fromValue(QDBusVariant(preference_)));
  }

 private:
  QDBusConnection bus_;
  uint preference_ = 1;  // dark
};

/// The theme follows the system, while windows are open too. The system is a message bus of the test's own.
class ThemeTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    std::promise<std::string> address;
    bool told = false;
    auto bus = Subprocess::start({.command = {"dbus-daemon", "--session", "--nofork", "--print-address"},
                                  .onLine = [&](std::string_view line) {
                                    if (!std::exchange(told, true)) address.set_value(std::string(line));
                                  }});
    QVERIFY2(bus.ok(), std::string(bus.status().message()).c_str());
    bus_ = *std::move(bus);
    auto listening = address.get_future();
    QVERIFY(listening.wait_for(std::chrono::seconds(10)) == std::future_status::ready);
    qputenv("DBUS_SESSION_BUS_ADDRESS", QByteArray::fromStdString(listening.get()));
    portal_ = std::make_unique<Portal>(qEnvironmentVariable("DBUS_SESSION_BUS_ADDRESS"));
    applyTheme(*qobject_cast<QApplication*>(QApplication::instance()), Scheme::System);
  }

  void startsAsTheSystemIs() { QTRY_VERIFY(isDark()); }

  void followsTheSystemWhileAWindowIsOpen() {
    QLabel label(QStringLiteral("text"));
    label.show();
    portal_->prefer(2);
    QTRY_VERIFY(!isDark());
    QVERIFY(label.palette().color(QPalette::WindowText).lightness() < 128);
    QCOMPARE(label.grab().toImage().pixelColor(0, 0), QApplication::palette().color(QPalette::Window));
    portal_->prefer(1);
    QTRY_VERIFY(isDark());
    QVERIFY(label.palette().color(QPalette::WindowText).lightness() > 128);
    QCOMPARE(label.grab().toImage().pixelColor(0, 0), QApplication::palette().color(QPalette::Window));
  }

  void withoutAPreferenceQtsPaletteDecides() {
    portal_->prefer(1);
    QTRY_VERIFY(isDark());
    portal_->prefer(0);
    QTRY_VERIFY(!isDark());
  }

  void cleanupTestCase() {
    portal_.reset();
    bus_.reset();
  }

 private:
  std::unique_ptr<Subprocess> bus_;
  std::unique_ptr<Portal> portal_;
};

}  // namespace leasescope::ui

QTEST_MAIN(leasescope::ui::ThemeTest)
#include "theme_test.moc"
