#include "ui/models/cell_geometry.h"

#include <QtTest>

namespace leasescope::ui {

class CellGeometryTest : public QObject {
  Q_OBJECT

 private slots:
  void aBarIsFilledAsFarAsTheTtlGoes() {
    const TtlBarGeometry half(QRectF(10, 0, 200, kRowHeight), 0.5);
    QCOMPARE(half.bar.width(), TtlBarGeometry::kWidth);
    QCOMPARE(half.fill.width(), TtlBarGeometry::kWidth / 2);
    QCOMPARE(half.bar.left(), 10.0 + kCellPadding);
    QVERIFY(std::abs(half.bar.center().y() - kRowHeight / 2.0) <= 1);
  }

  void aBarIsNeverFilledBeyondItsEnds() {
    const QRectF cell(0, 0, 200, kRowHeight);
    QCOMPARE(TtlBarGeometry(cell, 7.0).fill.width(), TtlBarGeometry::kWidth);
    QCOMPARE(TtlBarGeometry(cell, -1.0).fill.width(), 0.0);
    QCOMPARE(TtlBarGeometry(cell, std::nullopt).fill.width(), 0.0);
  }

  void everythingStaysInNarrowCells_data() {
    QTest::addColumn<int>("width");
    for (const int width : {0, 1, 10, 40, 90, 400}) QTest::addRow("%d", width) << width;
  }
  void everythingStaysInNarrowCells() {
    QFETCH(int, width);
    const QRectF cell(5, 0, width, kRowHeight);
    const TtlBarGeometry bar(cell, 1);
    const TagGeometry tag(cell, {60, 12});
    for (const QRectF& rect : {bar.bar, bar.fill, bar.text, tag.tag, tag.text, textRect(cell)}) {
      QVERIFY(rect.width() >= 0);
      QVERIFY(rect.left() >= cell.left());
      QVERIFY(rect.right() <= cell.right());
    }
  }

  void aTagFitsItsWord() {
    const TagGeometry tag(QRectF(0, 0, 300, kRowHeight), {61.3, 12});
    QVERIFY(tag.text.width() >= 61.3);
    QVERIFY(tag.tag.contains(tag.text));
    QVERIFY(tag.tag.height() < kRowHeight);
  }
};

}  // namespace leasescope::ui

QTEST_GUILESS_MAIN(leasescope::ui::CellGeometryTest)
#include "cell_geometry_test.moc"
