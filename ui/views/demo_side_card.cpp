#include "ui/views/demo_side_card.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include "ui/models/format.h"
#include "ui/models/go_service_words.h"
#include "ui/models/go_services_model.h"
#include "ui/plots/trend_plot.h"

namespace leasescope::ui {
namespace {

constexpr int kPlotColumns = 2;

using Plots = std::array<DemoTrend, DemoSideCard::kPlots>;

/// What is compared has the same place on both sides. Timers and all goroutines are not the same, and have
/// scales of their own.
Plots plotsOf(DemoSideKind kind) {
  const bool service = kind == DemoSideKind::Service;
  return {DemoTrend::Leases,
          DemoTrend::KeepAlives,
          DemoTrend::Keys,
          DemoTrend::Waiters,
          service ? DemoTrend::Goroutines : DemoTrend::Timers,
          DemoTrend::Memory};
}

Tone toneOf(DemoSideKind kind) {
  switch (kind) {
    case DemoSideKind::Leaky:
      return Tone::Bad;
    case DemoSideKind::Fixed:
      return Tone::Good;
    case DemoSideKind::Service:
      break;
  }
  return Tone::Neutral;  // which of the two it is like has to be seen
}

QString titleOf(DemoSideKind kind) {
  switch (kind) {
    case DemoSideKind::Leaky:
      return DemoSideCard::tr("Leaky");
    case DemoSideKind::Fixed:
      return DemoSideCard::tr("Fixed");
    case DemoSideKind::Service:
      return DemoSideCard::tr("My Go service");
  }
  return {};
}

QString titleOf(DemoTrend trend, DemoSideKind kind) {
  const bool service = kind == DemoSideKind::Service;
  switch (trend) {
    case DemoTrend::Leases:
      return DemoSideCard::tr("Leases alive");
    case DemoTrend::KeepAlives:
      return service ? DemoSideCard::tr("Keep-alive goroutines") : DemoSideCard::tr("Keep-alive threads");
    case DemoTrend::Keys:
      return DemoSideCard::tr("Lock keys");
    case DemoTrend::Waiters:
      return service ? DemoSideCard::tr("Waiting for a lock") : DemoSideCard::tr("Waiters");
    case DemoTrend::Timers:
      return DemoSideCard::tr("Timer threads");
    case DemoTrend::Goroutines:
      return DemoSideCard::tr("All goroutines");
    case DemoTrend::Memory:
      return DemoSideCard::tr("Resident memory");
  }
  return {};
}

/// Of a service.
QString explanationOf(DemoTrend trend) {
  switch (trend) {
    case DemoTrend::KeepAlives:
      return goroutineRoleExplanation(GoServicesModel::KeptAliveColumn);
    case DemoTrend::Waiters:
      return goroutineRoleExplanation(GoServicesModel::WaitersColumn);
    case DemoTrend::Goroutines:
      return DemoSideCard::tr("All goroutines of the program");
    default:
      return DemoSideCard::tr("Goroutines don't tell it");
  }
}

QString valueText(DemoTrend trend, double value) {
  const QString count = countText(qRound64(value));
  return trend == DemoTrend::Memory ? DemoSideCard::tr("%1 MiB").arg(count) : count;
}

QString numberText(std::optional<double> number, bool complete) {
  if (!number) return QStringLiteral("—");
  const QString count = countText(qRound64(*number));
  return complete ? count : DemoSideCard::tr("≥ %1").arg(count);
}

}  // namespace

DemoSideCard::DemoSideCard(DemoSideKind kind, QWidget* about, QWidget* parent) : QFrame(parent), kind_(kind) {
  setFlag(this, "card");
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(15, 12, 15, 12);
  column->setSpacing(7);
  column->addLayout(makeHead());
  column->addWidget(about);
  column->addWidget(makeNumbers());
  column->addSpacing(5);
  column->addLayout(makePlots(), 1);
  setFigures({}, DemoScale::of({}, {}));
}

QLayout* DemoSideCard::makeHead() {
  auto* title = new QLabel(titleOf(kind_), this);
  QFont font = scaled(1.25);
  font.setWeight(QFont::DemiBold);
  title->setFont(font);
  telling_.push_back(title);
  subject_ = new QLabel(this);
  subject_->setFont(monospace());
  setRole(subject_, LabelRole::Muted);
  auto* row = new QHBoxLayout;
  row->addWidget(title);
  row->addStretch();
  row->addWidget(subject_);
  return row;
}

QLayout* DemoSideCard::makePlots() {
  auto* grid = new QGridLayout;
  grid->setHorizontalSpacing(20);
  grid->setVerticalSpacing(8);
  const Plots trends = plotsOf(kind_);
  for (int i = 0; i < static_cast<int>(kPlots); ++i) {
    const DemoTrend trend = trends.at(i);
    plots_.at(i) = new TrendPlot(
        titleOf(trend, kind_), toneOf(kind_), [trend](double value) { return valueText(trend, value); },
        this);
    if (kind_ == DemoSideKind::Service) plots_.at(i)->setToolTip(explanationOf(trend));
    grid->addWidget(plots_.at(i), i / kPlotColumns, i % kPlotColumns);
    grid->setRowStretch(i / kPlotColumns, 1);
    grid->setColumnStretch(i % kPlotColumns, 1);
  }
  return grid;
}

QWidget* DemoSideCard::makeNumbers() {
  auto* numbers = new QWidget(this);
  auto* row = new QHBoxLayout(numbers);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(18);
  leases_ = addNumber(numbers, tr("leases"), true);
  keepAlives_ = addNumber(numbers, titleOf(DemoTrend::KeepAlives, kind_).toLower(), true);
  keys_ = addNumber(numbers, tr("lock keys"), false);
  served_ = addNumber(numbers, tr("served"), false);
  keepAlives_->setObjectName(QStringLiteral("keepAlives"));
  row->addStretch();
  return numbers;
}

QLabel* DemoSideCard::addNumber(QWidget* parent, const QString& caption, bool telling) {
  auto* number = new QLabel(parent);
  QFont font = scaled(2);
  font.setWeight(QFont::DemiBold);
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

void DemoSideCard::setFigures(const DemoFigures& figures, const DemoScale& scale) {
  const auto newestText = [&](DemoTrend trend) {
    return numberText(newest(figures.of(trend)), figures.complete);
  };
  subject_->setText(figures.subject);
  leases_->setText(newestText(DemoTrend::Leases));
  keepAlives_->setText(newestText(DemoTrend::KeepAlives));
  keys_->setText(newestText(DemoTrend::Keys));
  served_->setText(figures.served ? countText(*figures.served) : QStringLiteral("—"));
  const Plots trends = plotsOf(kind_);
  for (std::size_t i = 0; i < kPlots; ++i) {
    plots_.at(i)->setScale(scale.from, scale.to, TrendPlot::roundTop(scale.top(trends.at(i))));
    plots_.at(i)->setPoints(figures.of(trends.at(i)));
  }
  showTone(figures.fresh);
}

/// What is not true any more looks like that.
void DemoSideCard::showTone(bool fresh) {
  const LabelRole role = kind_ == DemoSideKind::Service ? LabelRole::Plain : textRole(toneOf(kind_));
  for (QLabel* label : telling_) {
    const bool none = label->text() == QStringLiteral("0");  // neither good nor bad
    setRole(label, !fresh ? LabelRole::Muted : none ? LabelRole::Plain : role);
  }
}

}  // namespace leasescope::ui
