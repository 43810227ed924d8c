#include "ui/models/filter_expression.h"

#include <QtTest>

#include "tests/ui/picture_builder.h"
#include "ui/models/subjects.h"

namespace leasescope::ui {

class FilterExpressionTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    ChangeSet changes;
    changes.leases.push_back(makeLease(0x1a2b, absl::Seconds(15), absl::Seconds(4), {"/jobs/Nightly/1a2b"}));
    book_.apply(changes);
  }

  void matches_data() {
    QTest::addColumn<QString>("filter");
    QTest::addColumn<bool>("matches");
    const auto row = [](const char* filter, bool matches) { QTest::newRow(filter) << filter << matches; };
    row("", true);
    row("   ", true);
    row("jobs", true);
    row("NIGHTLY", true);
    row("jobs nightly", true);
    row("jobs daily", false);
    row("1a2b", true);
    row("3c4d", true);
    row("5e6f", false);
    row("\"jobs/night\"", true);
    row("waiters>0", true);
    row("waiters>1", false);
    row("waiters>=1", true);
    row("waiters=1", true);
    row("waiters<1", false);
    row("held>5m", true);
    row("held>1h30m", false);
    row("held<=600", true);
    row("held<=10m", true);
    row("ttl<10s", true);
    row("ttl<500ms", false);
    row("granted=15", true);
    row("keys=1", true);
    row("renewals>3", false);
    row("state:expiring", true);
    row("state:held", false);
    row("state:no-lease", false);
    row("kind:mutex", true);
    row("kind:election", false);
    row("WAITERS>0 jobs state:expiring", true);
    row("host:80", false);
  }
  void matches() {
    QFETCH(QString, filter);
    const FilterExpression::Result parsed = FilterExpression::parse(filter);
    QCOMPARE(parsed.error, QString());
    const Moment now = testNow();
    const auto lock = makeLock("/jobs/Nightly", {0x1a2b, 0x3c4d}, absl::Minutes(10));
    const LockState state = lockState(*lock, book_.find(lock->holder()->lease), now);
    QTEST(parsed.expression.matches(LockSubject(*lock, state, book_, now)), "matches");
  }

  void findingsHaveSeveritiesAndKinds() {
    const Finding growth{.kind = FindingKind::SessionGrowth, .severity = FindingSeverity::Critical};
    const auto matches = [&](const char* filter) {
      const FilterExpression::Result parsed = FilterExpression::parse(filter);
      return parsed.error.isEmpty() && parsed.expression.matches(FindingFilterSubject(growth));
    };
    QVERIFY(matches("state:critical kind:session-growth"));
    QVERIFY(!matches("state:warning"));
    QVERIFY(!matches("kind:deadlock"));
  }

  void nonsenseIsRefusedWithTheReason_data() {
    QTest::addColumn<QString>("error");
    const auto row = [](const char* filter, const QString& error) { QTest::newRow(filter) << error; };
    row("waiters>many", QStringLiteral("“many” is no number; write waiters>3"));
    row("held>soon", QStringLiteral("“soon” is no duration; write held>5m or held<10s"));
    row("held>", QStringLiteral("“” is no duration; write held>5m or held<10s"));
    row("ttl:5", QStringLiteral("write ttl>…, ttl<… or ttl=…"));
    row("state:happy", QStringLiteral("there is no state “happy”"));
    row("state>held", QStringLiteral("write state:word"));
    row("kind:cat", QStringLiteral("there is no kind “cat”"));
    row("age>5",
        QStringLiteral("“age” can't be compared; what can: waiters, held, ttl, keys, renewals, granted"));
    row("\"open", QStringLiteral("a quotation mark has no partner"));
    row("waiters>nan", QStringLiteral("“nan” is no number; write waiters>3"));
  }
  void nonsenseIsRefusedWithTheReason() {
    const FilterExpression::Result parsed =
        FilterExpression::parse(QString::fromUtf8(QTest::currentDataTag()));
    QTEST(parsed.error, "error");
    QVERIFY(parsed.expression.empty());
  }

  void whatIsNotKnownMatchesNoComparison() {
    Lease unsampled;
    unsampled.id = 7;
    unsampled.keys = std::make_shared<const std::vector<std::string>>();
    const Moment now = testNow();
    const LeaseSubject subject(unsampled, now);
    QVERIFY(!FilterExpression::parse(QStringLiteral("ttl<10s")).expression.matches(subject));
    QVERIFY(!FilterExpression::parse(QStringLiteral("ttl>=10s")).expression.matches(subject));
    QVERIFY(FilterExpression::parse(QStringLiteral("state:unknown")).expression.matches(subject));
    QVERIFY(FilterExpression::parse(QStringLiteral("state:no-keys keys=0")).expression.matches(subject));
  }

  void knowsWhatDependsOnTime() {
    QVERIFY(FilterExpression::parse(QStringLiteral("held>5m")).expression.dependsOnTime());
    QVERIFY(FilterExpression::parse(QStringLiteral("state:expired")).expression.dependsOnTime());
    QVERIFY(!FilterExpression::parse(QStringLiteral("waiters>0 jobs kind:mutex")).expression.dependsOnTime());
  }

 private:
  LeaseBook book_;
};

}  // namespace leasescope::ui

QTEST_GUILESS_MAIN(leasescope::ui::FilterExpressionTest)
#include "filter_expression_test.moc"
