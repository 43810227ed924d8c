#include "ui/graph/graph_layout.h"

#include <cmath>
#include <future>

#include <QGuiApplication>
#include <QtTest>

#include "ui/graph/components.h"

namespace leasescope::ui {
namespace {

constexpr QSizeF kBox(120, 40);
constexpr QSizeF kLabel(80, 14);

/// Boxes of one size, each edge from one to another.
GraphPlan plan(std::size_t nodes, const std::vector<std::pair<std::size_t, std::size_t>>& edges) {
  GraphPlan made;
  made.nodes.assign(nodes, kBox);
  for (const auto& [from, to] : edges) made.edges.push_back({.from = from, .to = to, .label = kLabel});
  return made;
}

/// The end of an edge, with its arrow, touches the box.
bool pointsTo(const GraphLayout::Edge& edge, const QRectF& box) {
  return !edge.arrow.isEmpty() && box.adjusted(-3, -3, 3, 3).contains(edge.arrow.first());
}

}  // namespace

/// Graphviz, as far as it is used.
class GraphLayoutTest : public QObject {
  Q_OBJECT

 private slots:
  void nothingIsLaidOutToNothing() {
    const auto layout = layOut({});
    QVERIFY(layout.ok());
    QVERIFY(layout->nodes.empty());
    QCOMPARE(layout->size, QSizeF(0, 0));
  }

  void aWaiterLiesBelowWhomItWaitsFor() {
    const auto layout = layOut(plan(3, {{1, 0}, {2, 1}}));
    QVERIFY(layout.ok());
    QVERIFY(layout->nodes[0].bottom() < layout->nodes[1].top());
    QVERIFY(layout->nodes[1].bottom() < layout->nodes[2].top());
    QCOMPARE(layout->nodes[0].size(), kBox);
    QVERIFY(pointsTo(layout->edges[0], layout->nodes[0]));
    QVERIFY(pointsTo(layout->edges[1], layout->nodes[1]));
  }

  void nothingLiesUponAnything() {
    const auto layout = layOut(plan(7, {{0, 1}, {1, 0}, {2, 0}, {3, 2}, {4, 5}, {6, 5}, {3, 1}}));
    QVERIFY(layout.ok());
    const QRectF whole = QRectF(QPointF(), layout->size).adjusted(-1, -1, 1, 1);
    std::vector<QRectF> things = layout->nodes;
    for (const GraphLayout::Edge& edge : layout->edges) {
      QVERIFY(!edge.line.isEmpty());
      things.push_back(edge.label);
    }
    for (std::size_t i = 0; i < things.size(); ++i) {
      QVERIFY2(whole.contains(things[i]), qPrintable(QString::number(i)));
      for (std::size_t j = 0; j < i; ++j) QVERIFY(!things[i].intersects(things[j]));
    }
  }

  void anEdgeToItselfIsDrawn() {
    const auto layout = layOut(plan(1, {{0, 0}}));
    QVERIFY(layout.ok());
    QVERIFY(!layout->edges[0].line.isEmpty());
    QVERIFY(pointsTo(layout->edges[0], layout->nodes[0]));
  }

  void twoEdgesBetweenTheSameAreTwo() {
    const auto layout = layOut(plan(2, {{1, 0}, {1, 0}}));
    QVERIFY(layout.ok());
    QVERIFY(layout->edges[0].line != layout->edges[1].line);
  }

  void theSameIsLaidOutTheSameWay() {
    const GraphPlan graph = plan(6, {{0, 1}, {1, 0}, {2, 0}, {3, 2}, {5, 4}});
    const auto first = layOut(graph);
    const auto second = layOut(graph);
    QVERIFY(first->nodes == second->nodes);
  }

  void whatComesFirstIsAtTheTop() {
    const auto layout = layOut(plan(40, {{1, 0}, {3, 2}, {39, 38}}));
    QCOMPARE(layout->nodes[0].top(), 0.0);
  }

  void severalThreadsMayAskAtOnce() {
    std::vector<std::future<bool>> answers;
    for (std::size_t i = 0; i < 4; ++i) {
      answers.push_back(std::async(std::launch::async, [i] {
        bool well = true;
        for (int round = 0; round < 5; ++round) well = layOut(plan(i + 2, {{1, 0}, {0, 1}})).ok() && well;
        return well;
      }));
    }
    for (auto& answer : answers) QVERIFY(answer.get());
  }

  void asMuchAsIsDrawnAtMostTakesNotLong() {
    std::vector<std::pair<std::size_t, std::size_t>> edges;
    edges.reserve(250);
    for (std::size_t i = 1; i <= 250; ++i) edges.emplace_back(i, i % 3 == 0 ? i / 3 : i - 1);
    QElapsedTimer timer;
    timer.start();
    const auto layout = layOut(plan(251, edges));
    qInfo("250 edges in one piece: %lld ms", timer.elapsed());
    QVERIFY(layout.ok());
    QVERIFY(timer.elapsed() < 20'000);
  }

  void componentsComeInTheOrderOfTheirFirstNodes() {
    const auto components = componentsOf(plan(5, {{4, 1}, {3, 2}}));
    QCOMPARE(components.size(), 3U);
    QCOMPARE(components[0].nodes, (std::vector<std::size_t>{0}));
    QCOMPARE(components[1].nodes, (std::vector<std::size_t>{1, 4}));
    QCOMPARE(components[2].nodes, (std::vector<std::size_t>{2, 3}));
    QCOMPARE(components[1].edges, (std::vector<std::size_t>{0}));
  }

  void placedBoxesDoNotTouch() {
    std::vector<QSizeF> boxes;
    boxes.reserve(60);
    for (int i = 0; i < 60; ++i) boxes.emplace_back(50 + 37 * (i % 5), 40 + 61 * (i % 7));
    const std::vector<QPointF> corners = placeInRows(boxes, 10);
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        const QRectF other = QRectF(corners[j], boxes[j]).adjusted(-9, -9, 9, 9);
        QVERIFY(!other.intersects(QRectF(corners[i], boxes[i])));
      }
    }
    QVERIFY(placeInRows({}, 10).empty());
  }
};

}  // namespace leasescope::ui

QTEST_GUILESS_MAIN(leasescope::ui::GraphLayoutTest)
#include "graph_layout_test.moc"
