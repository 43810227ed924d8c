#include "ui/models/leases_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QtTest>

#include "tests/ui/model_dump.h"
#include "tests/ui/picture_builder.h"
#include "ui/models/leases_proxy.h"
#include "ui/models/row_text.h"

namespace leasescope::ui {

class LeasesModelTest : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    model_ = std::make_unique<LeasesModel>();
    proxy_ = std::make_unique<LeasesProxy>(model_.get(), clock_);
    fatal_ = std::make_unique<QAbstractItemModelTester>(
        model_.get(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    fatalProxy_ = std::make_unique<QAbstractItemModelTester>(
        proxy_.get(), QAbstractItemModelTester::FailureReportingMode::Fatal);
  }
  void cleanup() {
    fatalProxy_.reset();
    fatal_.reset();
    proxy_.reset();
    model_.reset();
  }

  void showsLeases() {
    auto renewed = makeLease(0xa1, absl::Seconds(15), absl::Seconds(12.5), {"/a/a1"});
    renewed->renewals = 1204;
    renewed->lastRenewal = before(absl::Seconds(2.5));
    renewed->identity = identityFrom(R"({"host":"web-3","pid":411,"service":"orders"})");
    auto unsampled = std::make_shared<Lease>();
    unsampled->id = 0xc3;
    unsampled->keys = std::make_shared<const std::vector<std::string>>();
    unsampled->firstSeen = {before(absl::Seconds(1)), true};
    model_->apply(completeSet(
        {}, {unsampled, renewed, makeLease(0xb2, absl::Seconds(5), absl::Seconds(-1.5), {"/b", "/c"})}));
    QCOMPARE(dump(*proxy_),
             (QStringList{
                 QStringLiteral(
                     "a1 | alive | 12.5 s / 15 s | 15 s | 1 | 1,204 | 2.5 s ago | ≥ 42 m 0 s | orders@web-3"),
                 QStringLiteral("b2 | expired | −1.5 s / 5 s | 5 s | 2 | 0 | — | ≥ 42 m 0 s | unknown"),
                 QStringLiteral("c3 | unknown | not sampled yet | — | no keys | 0 | — | 1.0 s | unknown")}));
  }

  void mergesWithoutReset() {
    const auto lease = [](LeaseId id) { return makeLease(id, absl::Seconds(5), absl::Seconds(5)); };
    model_->apply(completeSet({}, {lease(2), lease(4), lease(6)}));
    QSignalSpy reset(model_.get(), &QAbstractItemModel::modelReset);
    const QPersistentModelIndex stays(model_->find(4));
    ChangeSet changes;
    changes.removedLeases = {2, 99};
    changes.leases = {lease(5), lease(1), lease(7), lease(3)};
    model_->apply(changes);
    QCOMPARE(ids(), (QList<qlonglong>{1, 3, 4, 5, 6, 7}));
    QCOMPARE(stays.data().toLongLong(), 4);
    model_->apply(completeSet({}, {lease(4), lease(8)}));
    QCOMPARE(ids(), (QList<qlonglong>{4, 8}));
    QVERIFY(stays.isValid());
    QCOMPARE(reset.count(), 0);
  }

  void neighboursAreToldTogether() {
    const auto lease = [](LeaseId id) { return makeLease(id, absl::Seconds(5), absl::Seconds(5)); };
    model_->apply(completeSet({}, {lease(1), lease(2), lease(3), lease(4)}));
    QSignalSpy changed(model_.get(), &QAbstractItemModel::dataChanged);
    ChangeSet changes;
    changes.leases = {lease(4), lease(1), lease(2)};
    model_->apply(changes);
    QCOMPARE(changed.count(), 2);
    QCOMPARE(changed[0][0].toModelIndex().row(), 0);
    QCOMPARE(changed[0][1].toModelIndex().row(), 1);
    QCOMPARE(changed[1][0].toModelIndex().row(), 3);
  }

  void sortsByValues() {
    model_->apply(completeSet({}, {makeLease(1, absl::Seconds(60), absl::Seconds(9)),
                                   makeLease(2, absl::Seconds(5), absl::Seconds(4)),
                                   makeLease(3, absl::Seconds(100), absl::Seconds(10), {"/x"})}));
    proxy_->sort(LeasesModel::Remaining, Qt::AscendingOrder);
    QCOMPARE(proxy_->index(0, LeasesModel::Id).data().toString(), QStringLiteral("2"));
    QCOMPARE(proxy_->index(2, LeasesModel::Id).data().toString(), QStringLiteral("3"));
    proxy_->sort(LeasesModel::Keys, Qt::DescendingOrder);
    QCOMPARE(proxy_->index(0, LeasesModel::Id).data().toString(), QStringLiteral("3"));
  }

  void filters() {
    model_->apply(completeSet({}, {makeLease(0xa1, absl::Seconds(60), absl::Seconds(59)),
                                   makeLease(0xa2, absl::Seconds(60), absl::Seconds(9), {"/jobs/1"})}));
    const auto shown = [this](const char* filter) {
      proxy_->setFilter(FilterExpression::parse(QString::fromLatin1(filter)).expression);
      return proxy_->rowCount();
    };
    QCOMPARE(shown("keys=0"), 1);
    QCOMPARE(shown("jobs"), 1);
    QCOMPARE(shown("state:expiring"), 1);
    QCOMPARE(shown("a"), 2);
    QCOMPARE(shown("waiters>0"), 0);
  }

  void rowsAreCopiedAsTheyAreOnScreen() {
    model_->apply(completeSet({}, {makeLease(0xa1, absl::Seconds(15), absl::Seconds(12)),
                                   makeLease(0xa2, absl::Seconds(15), absl::Seconds(13))}));
    proxy_->sort(LeasesModel::Id, Qt::DescendingOrder);
    const QStringList lines = rowsAsText(*proxy_, {proxy_->index(1, 0), proxy_->index(0, 0)}).split(u'\n');
    QCOMPARE(lines.size(), 4);
    QVERIFY(lines[0].startsWith(QStringLiteral("Lease\tState\tTTL left\t")));
    QVERIFY(lines[1].startsWith(QStringLiteral("a2\talive\t13.0 s / 15 s\t")));
    QVERIFY(lines[2].startsWith(QStringLiteral("a1\t")));
  }

 private:
  QList<qlonglong> ids() const {
    QList<qlonglong> ids;
    for (int row = 0; row < model_->rowCount(); ++row)
      ids << model_->index(row, LeasesModel::Id).data().toLongLong();
    return ids;
  }

  ViewClock clock_{[] { return testNow(); }};
  std::unique_ptr<LeasesModel> model_;
  std::unique_ptr<LeasesProxy> proxy_;
  std::unique_ptr<QAbstractItemModelTester> fatal_;
  std::unique_ptr<QAbstractItemModelTester> fatalProxy_;
};

}  // namespace leasescope::ui

QTEST_MAIN(leasescope::ui::LeasesModelTest)
#include "leases_model_test.moc"
