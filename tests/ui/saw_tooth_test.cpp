#include "ui/plots/saw_tooth.h"

#include <cmath>
#include <vector>

#include <QTest>

namespace leasescope::ui {
namespace {

const absl::Time kWall = absl::FromUnixSeconds(1'700'000'000);
const SteadyTime kSteady{std::chrono::hours(5)};

/// `seconds` after the beginning.
Moment at(double seconds) {
  const absl::Duration after = absl::Seconds(seconds);
  return {kSteady + absl::ToChronoNanoseconds(after), kWall + after};
}

TtlPoint point(double seconds, double remaining) {
  return {.at = at(seconds), .remaining = absl::Seconds(remaining)};
}

TtlPoint renewal(double seconds, double remaining) {
  TtlPoint renewed = point(seconds, remaining);
  renewed.renewal = true;
  return renewed;
}

TtlPoint afterGap(TtlPoint known) {
  known.afterGap = true;
  return known;
}

/// "0:15 5:10 5:- …", seconds after the beginning.
QString text(const SawTooth::Curve& curve) {
  QStringList vertices;
  for (qsizetype i = 0; i < curve.times.size(); ++i) {
    const double value = curve.seconds[i];
    const QString seconds =
        std::isnan(value) ? QStringLiteral("-") : QString::number(std::round(value * 10) / 10);
    const double time = curve.times[i] - static_cast<double>(absl::ToUnixSeconds(kWall));
    vertices << QStringLiteral("%1:%2").arg(std::round(time * 10) / 10).arg(seconds);
  }
  return vertices.join(u' ');
}

QString line(const std::vector<TtlPoint>& points, std::optional<double> expiry, double now) {
  const auto end = expiry ? std::optional(at(*expiry).steady) : std::nullopt;
  return text(SawTooth(points, end, at(now)).line());
}

class SawToothTest : public QObject {
  Q_OBJECT

 private slots:
  void nothingIsDrawnWithoutPoints() { QCOMPARE(line({}, 10, 3), QString()); }

  void betweenSamplesTheLineFalls() {
    QCOMPARE(line({point(0, 15), point(2, 13)}, {}, 9), QString("0:15 2:13"));
  }

  void aRenewalFallsFirstAndThenJumps() {
    QCOMPARE(line({point(0, 15), renewal(5, 15), point(6, 14)}, {}, 6), QString("0:15 5:10 5:15 6:14"));
  }

  void theExpiryCarriesTheLineOn() { QCOMPARE(line({point(0, 15)}, 15, 4), QString("0:15 4:11")); }

  void withoutExpiryTheLineEndsAtTheLastPoint() { QCOMPARE(line({point(0, 15)}, {}, 4), QString("0:15")); }

  void anExpiredLeaseStaysAtZero() { QCOMPARE(line({point(0, 3)}, 3, 5), QString("0:3 3:0 5:0")); }

  void aRenewalAfterTheExpiryLandsAtZeroFirst() {
    QCOMPARE(line({point(0, 3), renewal(5, 3)}, {}, 5), QString("0:3 3:0 5:0 5:3"));
  }

  void samplesBelowZeroAreDrawnAtZero() {
    QCOMPARE(line({point(0, 2), point(4, -2)}, {}, 4), QString("0:2 2:0 4:0 4:0"));
  }

  void gapsStayOpen() {
    QCOMPARE(line({point(0, 15), afterGap(renewal(30, 12)), point(31, 11)}, {}, 31),
             QString("0:15 30:- 30:12 31:11"));
  }

  void theFirstPointHasNoGapBefore() { QCOMPARE(line({afterGap(point(0, 9))}, {}, 1), QString("0:9")); }

  void nowBeforeTheLastPointAddsNothing() { QCOMPARE(line({point(4, 9)}, 13, 2), QString("4:9")); }

  void renewalsAreMarkedWhereTheyLie() {
    const std::vector<TtlPoint> points = {renewal(0, 15), point(1, 14), renewal(5, 15),
                                          afterGap(renewal(60, 15))};
    QCOMPARE(text(SawTooth(points, {}, at(60)).renewals()), QString("0:15 5:15 60:15"));
  }

  void settingTheWallClockDoesNotBendTheLine() {
    std::vector<TtlPoint> points = {point(0, 15), point(5, 10)};
    points[0].at.wall += absl::Hours(1);
    QCOMPARE(line(points, {}, 5), QString("0:15 5:10"));
  }

  void ticksAreRound() {
    QCOMPARE(SawTooth::tickStep(absl::Seconds(1)), absl::Seconds(1));
    QCOMPARE(SawTooth::tickStep(absl::Seconds(15)), absl::Seconds(5));
    QCOMPARE(SawTooth::tickStep(absl::Seconds(60)), absl::Seconds(15));
    QCOMPARE(SawTooth::tickStep(absl::Hours(1)), absl::Minutes(20));
    QCOMPARE(SawTooth::tickStep(absl::Hours(24 * 365)), absl::Hours(24 * 73));
  }
};

}  // namespace
}  // namespace leasescope::ui

QTEST_GUILESS_MAIN(leasescope::ui::SawToothTest)
#include "saw_tooth_test.moc"
