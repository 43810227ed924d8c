#include "ui/models/format.h"

#include <QtTest>

#include "tests/ui/picture_builder.h"

namespace leasescope::ui {

class FormatTest : public QObject {
  Q_OBJECT

 private slots:
  void durations_data() {
    QTest::addColumn<double>("seconds");
    QTest::addColumn<QString>("text");
    QTest::newRow("nothing") << 0.0 << "0.0 s";
    QTest::newRow("tenths, rounded down") << 1.29 << "1.2 s";
    QTest::newRow("just below a minute") << 59.99 << "59.9 s";
    QTest::newRow("a minute") << 60.0 << "1 m 0 s";
    QTest::newRow("minutes") << 2530.0 << "42 m 10 s";
    QTest::newRow("hours") << 3661.0 << "1 h 1 m";
    QTest::newRow("days") << 3 * 86400 + 4 * 3600.0 << "3 d 4 h";
    QTest::newRow("many days") << 2000 * 86400.0 << "2,000 d 0 h";
    QTest::newRow("negative") << -1.25 << "−1.2 s";
  }
  void durations() {
    QFETCH(double, seconds);
    QTEST(durationText(absl::Seconds(seconds)), "text");
  }

  void ttlsShowWhatIsLeftOfWhatWasGranted() {
    QCOMPARE(ttlText(absl::Seconds(11.23), absl::Seconds(15)), QStringLiteral("11.2 s / 15 s"));
    QCOMPARE(ttlText(absl::Seconds(90), absl::Hours(1)), QStringLiteral("1 m 30 s / 1 h 0 m"));
    QCOMPARE(ttlText(absl::Seconds(-1.5), absl::Seconds(5)), QStringLiteral("−1.5 s / 5 s"));
  }

  void countsHaveSeparators() {
    QCOMPARE(countText(1884502), QStringLiteral("1,884,502"));
    QCOMPARE(countText(-1000), QStringLiteral("-1,000"));
    QCOMPARE(keyCountText(1), QStringLiteral("1 key"));
    QCOMPARE(keyCountText(1204), QStringLiteral("1,204 keys"));
    QCOMPARE(renewalCountText(1), QStringLiteral("1 renewal"));
    QCOMPARE(renewalCountText(12), QStringLiteral("12 renewals"));
  }

  void bytesHaveUnits() {
    QCOMPARE(bytesText(512), QStringLiteral("512 bytes"));
    QCOMPARE(bytesText(20 * 1024 * 1024), QStringLiteral("20.0 MiB"));
  }

  void leasesAreHex() {
    QCOMPARE(leaseText(0x694d7e12ab04f1c3), QStringLiteral("694d7e12ab04f1c3"));
    QCOMPARE(leaseText(-1), QStringLiteral("-1"));
    QCOMPARE(shortLeaseText(0x694d7e12ab04f1c3), QStringLiteral("…f1c3"));
    QCOMPARE(shortLeaseText(0x1c3), QStringLiteral("1c3"));
  }

  void whatWasThereBeforeUsIsAtLeastThatOld() {
    QCOMPARE(sinceText({before(absl::Minutes(42)), false}, testNow()), QStringLiteral("≥ 42 m 0 s"));
    QCOMPARE(sinceText({before(absl::Minutes(42)), true}, testNow()), QStringLiteral("42 m 0 s"));
  }

  void keysAreEscaped_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("text");
    QTest::newRow("plain") << QByteArray("/my-lock/1a2b") << "/my-lock/1a2b";
    QTest::newRow("UTF-8") << QByteArray("/grüße/鍵") << QStringLiteral("/grüße/鍵");
    QTest::newRow("NUL") << QByteArray("a\0b", 3) << "a\\x00b";
  }
  void keysAreEscaped() {
    QFETCH(QByteArray, bytes);
    QTEST(keyText(bytes.toStdString()), "text");
  }

  void nothingReachesTheScreenThatTurnsTextAround() {
    // NOLINTNEXTLINE(misc-misleading-bidirectional): that is the point
    for (const char* evil : {"a\xe2\x80\xae z", "a\nb", "a\tb", "a\x1b[31m", "\xff\xfe"}) {
      for (const QChar c : keyText(evil)) {
        QVERIFY2(c.isPrint(), evil);
        QVERIFY2(c.category() != QChar::Other_Format, evil);
      }
    }
  }

  void longKeysAreElidedInTheMiddle() {
    QCOMPARE(keyText("0123456789", 5), QStringLiteral("01…89"));
    const std::string huge(1 << 20, 'x');
    QCOMPARE(keyText("a" + huge + "z", 9), QStringLiteral("axxx…xxxz"));
    const std::string umlauts = QString(5000, u'ü').toStdString();
    QCOMPARE(keyText(umlauts, 5), QStringLiteral("üü…üü"));
  }
};

}  // namespace leasescope::ui

QTEST_GUILESS_MAIN(leasescope::ui::FormatTest)
#include "format_test.moc"
