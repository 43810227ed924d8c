#include "ui/views/demo_side_card.h"

#include <algorithm>

#include <QEvent>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include "ui/models/format.h"
#include "ui/plots/trend_plot.h"
#include "ui/views/demo_code.h"

namespace leasescope::ui {
namespace {

constexpr double kShortestWindow = 30;  // seconds
constexpr int kTrendColumns = 2;
constexpr double kLowestTop = 10;  // so that one request more or less is no mountain

using Quantity = double (*)(const DemoSample&);
constexpr std::array<Quantity, DemoScale::kTrends> kQuantities = {
    [](const DemoSample& sample) { return static_cast<double>(sample.leases); },
    [](const DemoSample& sample) { return static_cast<double>(sample.threads); },
    [](const DemoSample& sample) { return static_cast<double>(sample.keys); },
    [](const DemoSample& sample) { return static_cast<double>(sample.waiters()); },
    [](const DemoSample& sample) { return static_cast<double>(sample.timers); },
    [](const DemoSample& sample) { return static_cast<double>(sample.residentKb) / 1024; },
};

QString trendTitle(int trend) {
  const std::array titles = {DemoSideCard::tr("Leases alive"),  DemoSideCard::tr("Keep-alive threads"),
                             DemoSideCard::tr("Lock keys"),     DemoSideCard::tr("Waiters"),
                             DemoSideCard::tr("Timer threads"), DemoSideCard::tr("Resident memory")};
  return titles.at(trend);
}

QString trendValue(int trend, double value) {
  if (trend == DemoScale::kTrends - 1) return DemoSideCard::tr("%1 MiB").arg(countText(qRound64(value)));
  return countText(qRound64(value));
}

double secondsOf(const DemoSample& sample) { return absl::ToDoubleSeconds(sample.at); }

QList<QPointF> pointsOf(const std::vector<DemoSample>& samples, Quantity quantity) {
  QList<QPointF> points;
  points.reserve(static_cast<qsizetype>(samples.size()));
  for (const DemoSample& sample : samples) points.append({secondsOf(sample), quantity(sample)});
  return points;
}

double highest(const std::vector<DemoSample>& samples, Quantity quantity) {
  double highest = 0;
  for (const DemoSample& sample : samples) highest = std::max(highest, quantity(sample));
  return highest;
}

}  // namespace

DemoScale DemoScale::of(const DemoState& state) {
  DemoScale scale;
  const auto& leaky = state.leaky.samples;
  const auto& fixed = state.fixed.samples;
  if (!leaky.empty()) scale.from = secondsOf(leaky.front());
  scale.to =
      std::max({scale.from + kShortestWindow, secondsOf(state.leaky.now()), secondsOf(state.fixed.now())});
  for (int i = 0; i < kTrends; ++i) {
    scale.tops[i] = TrendPlot::roundTop(
        std::max({kLowestTop, highest(leaky, kQuantities[i]), highest(fixed, kQuantities[i])}));
  }
  return scale;
}

DemoSideCard::DemoSideCard(DemoProgram program, QWidget* parent)
    : QFrame(parent), tone_(program == DemoProgram::Leaky ? Tone::Bad : Tone::Good) {
  setFlag(this, "card");
  code_ = new DemoCode(program, this);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(15, 12, 15, 12);
  column->setSpacing(7);
  column->addLayout(makeHead(program));
  column->addWidget(code_);
  column->addWidget(makeNumbers());
  column->addSpacing(5);
  column->addLayout(makeTrends(), 1);
  applyColours();
  setSide(DemoSide(), DemoScale::of(DemoState()));
}

QLayout* DemoSideCard::makeHead(DemoProgram program) {
  auto* title = new QLabel(program == DemoProgram::Leaky ? tr("Leaky") : tr("Fixed"), this);
  QFont font = scaled(1.25);
  font.setWeight(QFont::DemiBold);
  title->setFont(font);
  telling_.push_back(title);
  lock_ = new QLabel(this);
  lock_->setFont(monospace());
  setRole(lock_, LabelRole::Muted);
  auto* row = new QHBoxLayout;
  row->addWidget(title);
  row->addStretch();
  row->addWidget(lock_);
  return row;
}

QLayout* DemoSideCard::makeTrends() {
  auto* grid = new QGridLayout;
  grid->setHorizontalSpacing(20);
  grid->setVerticalSpacing(8);
  for (int i = 0; i < DemoScale::kTrends; ++i) {
    trends_[i] = new TrendPlot(
        trendTitle(i), tone_, [i](double value) { return trendValue(i, value); }, this);
    grid->addWidget(trends_[i], i / kTrendColumns, i % kTrendColumns);
    grid->setRowStretch(i / kTrendColumns, 1);
    grid->setColumnStretch(i % kTrendColumns, 1);
  }
  return grid;
}

QWidget* DemoSideCard::makeNumbers() {
  auto* numbers = new QWidget(this);
  auto* row = new QHBoxLayout(numbers);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(18);
  leases_ = addNumber(numbers, tr("leases"), true);
  threads_ = addNumber(numbers, tr("keep-alive threads"), true);
  keys_ = addNumber(numbers, tr("lock keys"), false);
  served_ = addNumber(numbers, tr("served"), false);
  row->addStretch();
  return numbers;
}

QLabel* DemoSideCard::addNumber(QWidget* parent, const QString& caption, bool telling) {
  auto* number = new QLabel(parent);
  QFont font = scaled(2);
  font.setWeight(QFont::Bold);
  number->setFont(font);
  if (telling) telling_.push_back(number);
  auto* text = new QLabel(caption, parent);
  setRole(text, LabelRole::Muted);
  auto* column = new QVBoxLayout;
  column->setSpacing(0);
  column->addWidget(number);
  column->addWidget(text);
  static_cast<QHBoxLayout*>(parent->layout())->addLayout(column);
  return number;
}

void DemoSideCard::setSide(const DemoSide& side, const DemoScale& scale) {
  const DemoSample now = side.now();
  lock_->setText(keyText(side.lock));
  leases_->setText(countText(now.leases));
  threads_->setText(countText(now.threads));
  keys_->setText(countText(now.keys));
  served_->setText(countText(now.served));
  for (int i = 0; i < DemoScale::kTrends; ++i) {
    trends_[i]->setScale(scale.from, scale.to, scale.tops[i]);
    trends_[i]->setPoints(pointsOf(side.samples, kQuantities[i]));
  }
}

void DemoSideCard::applyColours() {
  QPalette tinted = palette();
  tinted.setColor(QPalette::WindowText, colours().text(tone_));
  for (QLabel* label : telling_) label->setPalette(tinted);
}

void DemoSideCard::changeEvent(QEvent* event) {
  QFrame::changeEvent(event);
  if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange) applyColours();
}

}  // namespace leasescope::ui
