#include "ui/graph/graph_view.h"

#include <QBuffer>
#include <QImage>
#include <QSignalSpy>
#include <QSvgRenderer>
#include <QTemporaryDir>
#include <QtTest>

#include "core/etcd/lease_id.h"
#include "ui/graph/graph_export.h"
#include "ui/theme/theme.h"

namespace leasescope::ui {
namespace {

WaitEdge edge(const std::string& lock, LeaseId waiter, LeaseId holder) {
  return {.waiter = waiter, .holder = holder, .lock = lock, .key = lock + "/" + etcd::leaseHex(holder)};
}

std::shared_ptr<const WaitDrawing> drawingOf(const std::vector<WaitEdge>& edges,
                                             const std::vector<WaitCycle>& cycles = {}) {
  auto drawing = std::make_shared<WaitDrawing>(partWorthDrawing(edges, cycles));
  drawing->setLayout(*layOut(drawing->plan()));
  return drawing;
}

/// A deadlock, one behind it, and a queue that has nothing to do with it.
std::shared_ptr<const WaitDrawing> deadlock() {
  const std::vector<WaitEdge> circle = {edge("/a", 2, 1), edge("/b", 1, 2)};
  return drawingOf({circle[0], edge("/a", 3, 2), circle[1], edge("/q", 12, 11)},
                   {{.edges = {circle[1], circle[0]}}});
}

std::vector<WaitEdge> queue(LeaseId first, int waiters) {
  std::vector<WaitEdge> edges;
  edges.reserve(static_cast<std::size_t>(waiters));
  for (int i = 0; i < waiters; ++i) edges.push_back(edge("/long", first + i + 1, first + i));
  return edges;
}

bool hasColour(const QImage& image, const QColor& colour) {
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      if (image.pixelColor(x, y) == colour) return true;
    }
  }
  return false;
}

}  // namespace

/// The drawing, and the widget that shows it.
class GraphViewTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() { applyTheme(*qobject_cast<QApplication*>(QApplication::instance()), Scheme::Light); }

  void init() {
    view_ = std::make_unique<GraphView>();
    view_->resize(700, 500);
    view_->show();
    QVERIFY(QTest::qWaitForWindowExposed(view_.get()));
  }
  void cleanup() { view_.reset(); }

  void circlesComeFirst() { QCOMPARE(deadlock()->sessions(), (std::vector<LeaseId>{1, 2, 3, 11, 12})); }

  void itemsAreFoundWhereTheyLie() {
    const auto drawing = deadlock();
    QCOMPARE(drawing->itemAt(drawing->boxOf(LeaseId{2}).center()), GraphItem(LeaseId{2}));
    const GraphItem wait = edge("/q", 12, 11);
    QCOMPARE(drawing->itemAt(drawing->boxOf(wait).center()), wait);
    QCOMPARE(drawing->itemAt({-15, -15}), GraphItem());
    QVERIFY(drawing->boxOf(LeaseId{99}).isNull());
    QVERIFY(drawing->boxOf(GraphItem()).isNull());
  }

  void theEndOfALongQueueIsNoSession() {
    const auto drawing = drawingOf(queue(1, 100));
    const std::size_t drawn = DrawingLimits().edgesOfQueue + 1;
    QCOMPARE(drawing->sessions().size(), drawn);
    QCOMPARE(drawing->plan().nodes.size(), drawn + 1);
  }

  void toolTipsSayWhatIsShort() {
    const std::string name = "/jobs/" + std::string(100, 'x');
    const auto drawing = drawingOf({edge(name, 2, 1)});
    QVERIFY(drawing->toolTip(edge(name, 2, 1)).contains(QString::fromStdString(name)));
    QCOMPARE(drawing->toolTip(LeaseId{1}), QStringLiteral("lease 1: waits for nobody"));
    QCOMPARE(drawing->toolTip({}), QString());
  }

  void saysWhoTheSessionsAre() {
    const auto orders = std::make_shared<HolderIdentity>(
        HolderIdentity{.host = "web-3", .pid = 411, .thread = "worker-7", .service = "orders"});
    const WaitDrawing drawing(partWorthDrawing({edge("/a", 2, 1)}, {}), {{1, orders}});
    QCOMPARE(drawing.toolTip(LeaseId{1}),
             QStringLiteral("lease 1, orders on web-3, pid 411, thread worker-7: waits for nobody"));
    QCOMPARE(drawing.toolTip(LeaseId{2}), QStringLiteral("lease 2: waits"));
    QVERIFY2(drawing.plan().nodes[0].height() > drawing.plan().nodes[1].height(), "one line more");
    QVERIFY(asDot(drawing).contains("orders on web-3"));
  }

  void longNamesMakeNoWideGraph() {
    const auto drawing = drawingOf({edge(std::string(10'000, 'x'), 2, 1)});
    QVERIFY(drawing->bounds().width() < 500);
  }

  void aClickSelectsAndAClickBesideDeselects() {
    view_->setDrawing(deadlock());
    const QSignalSpy changed(view_.get(), &GraphView::selectionChanged);
    click(LeaseId{2});
    QCOMPARE(view_->selected(), GraphItem(LeaseId{2}));
    click(edge("/q", 12, 11));
    QCOMPARE(view_->selected(), GraphItem(edge("/q", 12, 11)));
    QTest::mouseClick(view_.get(), Qt::LeftButton, {}, {2, 2});
    QCOMPARE(view_->selected(), GraphItem());
    QCOMPARE(changed.count(), 3);
  }

  void aDoubleClickAndReturnOpen() {
    view_->setDrawing(deadlock());
    const QSignalSpy opened(view_.get(), &GraphView::opened);
    click(LeaseId{2});
    QTest::mouseDClick(view_.get(), Qt::LeftButton, {}, view_->placeOf(LeaseId{2}).center().toPoint());
    QTest::keyClick(view_.get(), Qt::Key_Return);
    QCOMPARE(opened.count(), 2);
  }

  void theWheelZoomsAroundThePointer() {
    view_->setDrawing(deadlock());
    const double before = view_->scale();
    const QPointF place = view_->placeOf(LeaseId{2}).center();
    QWheelEvent wheel(place, view_->mapToGlobal(place), {}, {0, 120}, {}, {}, Qt::NoScrollPhase, false);
    QApplication::sendEvent(view_.get(), &wheel);
    QVERIFY(view_->scale() > before);
    QVERIFY((view_->placeOf(LeaseId{2}).center() - place).manhattanLength() < 0.01);
    view_->fit();
    QCOMPARE(view_->scale(), before);
  }

  void draggingMovesAndSelectsNothing() {
    view_->setDrawing(deadlock());
    const QPointF before = view_->placeOf(LeaseId{2}).center();
    const QPoint from = before.toPoint();
    QTest::mousePress(view_.get(), Qt::LeftButton, {}, from);
    QTest::mouseMove(view_.get(), from + QPoint(30, 0));
    QTest::mouseMove(view_.get(), from + QPoint(60, 40));
    QTest::mouseRelease(view_.get(), Qt::LeftButton, {}, from + QPoint(60, 40));
    QCOMPARE(view_->selected(), GraphItem());
    QVERIFY((view_->placeOf(LeaseId{2}).center() - before - QPointF(60, 40)).manhattanLength() < 2);
  }

  void aNewDrawingKeepsZoomPlaceAndSelection() {
    view_->setDrawing(drawingOf({edge("/q", 12, 11)}));
    click(LeaseId{12});
    view_->zoomBy(1.5);
    const double scale = view_->scale();
    const LeaseId middle = view_->drawing()->nearestSession(
        view_->drawing()->boxOf(LeaseId{11}).united(view_->drawing()->boxOf(LeaseId{12})).center());
    const QPointF place = view_->placeOf(middle).center();
    view_->setDrawing(deadlock());
    QCOMPARE(view_->scale(), scale);
    QVERIFY((view_->placeOf(middle).center() - place).manhattanLength() < 0.01);
    QCOMPARE(view_->selected(), GraphItem(LeaseId{12}));
  }

  void whatIsGoneIsNotSelected() {
    view_->setDrawing(deadlock());
    click(LeaseId{2});
    view_->setDrawing(drawingOf({edge("/q", 12, 11)}));
    QCOMPARE(view_->selected(), GraphItem());
  }

  void aSelectedWaitStaysSelectedWhenSomebodyElseIsInItsWay() {
    view_->setDrawing(drawingOf({edge("/q", 12, 11), edge("/q", 13, 12)}));
    view_->select(edge("/q", 13, 12));
    view_->setDrawing(drawingOf({edge("/q", 13, 11)}));
    QVERIFY(view_->selected().index() != 0);
  }

  void manySessionsBeginReadableAndFitWhenAsked() {
    std::vector<WaitEdge> edges;
    edges.reserve(100);
    for (int i = 0; i < 100; ++i) edges.push_back(edge("/q" + std::to_string(i), 2 * i + 2, 2 * i + 1));
    view_->setDrawing(drawingOf(edges));
    QCOMPARE(view_->scale(), Viewport::kReadableScale);
    view_->fit();
    QVERIFY(view_->scale() < Viewport::kReadableScale);
    for (const LeaseId session : view_->drawing()->sessions()) {
      QVERIFY(QRectF(view_->rect()).contains(view_->placeOf(session)));
    }
  }

  void aCircleIsRedUnlessItIsStale() {
    view_->setDrawing(drawingOf({edge("/q", 12, 11)}));
    QVERIFY(!hasColour(view_->grab().toImage(), colours().bad));
    view_->setDrawing(deadlock());
    QVERIFY(hasColour(view_->grab().toImage(), colours().bad));
    view_->setFaded(true);
    QVERIFY(!hasColour(view_->grab().toImage(), colours().bad));
  }

  void exportsArePicturesAndText() {
    const auto drawing = deadlock();
    const QImage png = QImage::fromData(asPng(*drawing), "PNG");
    QCOMPARE(png.size(), (drawing->bounds().size() * 2).toSize());
    QVERIFY(hasColour(png, colours().bad));
    QSvgRenderer svg(asSvg(*drawing));
    QVERIFY(svg.isValid());
    QCOMPARE(svg.viewBoxF().size(), drawing->bounds().size());
    QVERIFY(asSvg(*drawing).contains("deadlocked"));
    QVERIFY(asDot(*drawing).startsWith("digraph waits {"));
  }

  void aFileThatCannotBeWrittenSaysWhy() {
    const QTemporaryDir folder;
    const QString file = folder.filePath("graph.dot");
    QCOMPARE(writeFile(file, "digraph {}"), QString());
    QFile written(file);
    QVERIFY(written.open(QIODevice::ReadOnly));
    QCOMPARE(written.readAll(), QByteArray("digraph {}"));
    QVERIFY(!writeFile(folder.filePath("no/such/folder.dot"), "digraph {}").isEmpty());
  }

 private:
  void click(const GraphItem& item) {
    QTest::mouseClick(view_.get(), Qt::LeftButton, {}, view_->placeOf(item).center().toPoint());
  }

  std::unique_ptr<GraphView> view_;
};

}  // namespace leasescope::ui

QTEST_MAIN(leasescope::ui::GraphViewTest)
#include "graph_view_test.moc"
