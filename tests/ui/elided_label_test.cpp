#include "ui/views/elided_label.h"

#include <QtTest>

namespace leasescope::ui {

class ElidedLabelTest : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    label_ = std::make_unique<ElidedLabel>();
    label_->show();
  }

  void whatFitsIsLeftAlone() {
    label_->setWholeText("/jobs/nightly\n/jobs/hourly");
    widen(20);
    QCOMPARE(label_->text(), "/jobs/nightly\n/jobs/hourly");
    QCOMPARE(label_->toolTip(), "");
  }

  void aLineTooLongLosesItsMiddleAndTheToolTipHasIt() {
    label_->setWholeText("/jobs/nightly/6b93a219c7eebc05\nshort");
    widen(20);
    QStringList rows = label_->text().split(u'\n');
    QCOMPARE(rows.size(), 2);
    QVERIFY2(rows[0].startsWith("/jobs") && rows[0].contains(u'…') && rows[0].endsWith("05"),
             qPrintable(rows[0]));
    QCOMPARE(rows[1], "short");
    QCOMPARE(label_->toolTip(), "/jobs/nightly/6b93a219c7eebc05\nshort");
  }

  void aLineIsBrokenBeforeAnythingIsLeftOut() {
    label_->setMostRows(3);
    label_->setWholeText("/jobs/nightly/6b93a219c7eebc05\nshort");
    widen(20);
    QCOMPARE(label_->text().remove(u'\n'), "/jobs/nightly/6b93a219c7eebc05short");
    QCOMPARE(label_->text().count(u'\n'), 2);
    QCOMPARE(label_->toolTip(), "");
    widen(40);
    QCOMPARE(label_->text(), "/jobs/nightly/6b93a219c7eebc05\nshort");
  }

  void aNameWithoutAnyGapIsBrokenToo() {
    label_->setMostRows(2);
    label_->setWholeText(QString(30, u'n'));
    widen(20);
    QCOMPARE(label_->text().remove(u'\n'), QString(30, u'n'));
    QCOMPARE(label_->text().count(u'\n'), 1);
  }

  void theLastRowHasTheRestElided() {
    label_->setMostRows(2);
    label_->setWholeText(QString(100, u'n') + "end");
    widen(20);
    const QStringList rows = label_->text().split(u'\n');
    QCOMPARE(rows.size(), 2);
    QVERIFY(!rows[0].contains(u'…'));
    QVERIFY2(rows[1].contains(u'…') && rows[1].endsWith("end"), qPrintable(rows[1]));
    QVERIFY(!label_->toolTip().isEmpty());
  }

 private:
  void widen(int letters) {
    label_->resize(label_->fontMetrics().horizontalAdvance(QString(letters, u'n')), 100);
  }

  std::unique_ptr<ElidedLabel> label_;
};

}  // namespace leasescope::ui

QTEST_MAIN(leasescope::ui::ElidedLabelTest)
#include "elided_label_test.moc"
