#include "ui/views/details_pane.h"

#include <algorithm>

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/models/format.h"
#include "ui/models/insights.h"
#include "ui/models/shown_picture.h"
#include "ui/plots/ttl_plot.h"
#include "ui/theme/theme.h"
#include "ui/views/elided_label.h"

namespace leasescope::ui {
namespace {

constexpr int kMargin = 14;
constexpr int kPlotHeight = 200;
constexpr int kLegendLineHeight = 18;
constexpr double kTitleSize = 1.23;
constexpr int kMostTitleRows = 3;

/// The legend, two leases a line, must not take the room of the curves.
int plotHeight(std::size_t leases) {
  const auto drawn = std::min<int>(TtlPlot::kMostSeries, static_cast<int>(leases));
  return drawn > 1 ? kPlotHeight + (drawn + 1) / 2 * kLegendLineHeight : kPlotHeight;
}

QLabel* makeLabel(QWidget* parent) {
  auto* label = new QLabel(parent);
  label->setTextFormat(Qt::PlainText);
  label->setTextInteractionFlags(kSelectable);
  label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  label->setWordWrap(true);
  return label;
}

QFont titleFont() {
  QFont font = scaled(kTitleSize);
  font.setWeight(QFont::Bold);
  return font;
}

}  // namespace

DetailsPane::DetailsPane(QWidget* parent) : QScrollArea(parent) {
  setObjectName(QStringLiteral("detailsPane"));
  setWidgetResizable(true);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  auto* content = new QWidget(this);
  content->setObjectName(QStringLiteral("details"));
  layout_ = new QVBoxLayout(content);
  layout_->setContentsMargins(kMargin, kMargin, kMargin, kMargin);
  layout_->setSpacing(6);
  title_ = new ElidedLabel(content);
  title_->setFont(titleFont());
  title_->setMostRows(kMostTitleRows);
  summary_ = makeLabel(content);
  setRole(summary_, LabelRole::Muted);
  insight_ = makeLabel(content);
  plotHeading_ = makeLabel(content);
  setRole(plotHeading_, LabelRole::Heading);
  plotHeading_->setFont(scaled(0.92));
  plot_ = new TtlPlot(content);
  plot_->setFixedHeight(kPlotHeight);
  layout_->addWidget(title_);
  layout_->addWidget(summary_);
  layout_->addSpacing(4);
  layout_->addWidget(insight_);
  layout_->addSpacing(8);
  layout_->addWidget(plotHeading_);
  layout_->addWidget(plot_);
  parts_ = new QVBoxLayout;
  parts_->setSpacing(6);
  layout_->addLayout(parts_);
  buttons_ = new QWidget(content);
  auto* row = new QHBoxLayout(buttons_);
  row->setContentsMargins(0, 8, 0, 0);
  row->addStretch();
  layout_->addWidget(buttons_);
  layout_->addStretch();
  setWidget(content);
}

void DetailsPane::setTitle(const QString& title) { title_->setWholeText(title); }

void DetailsPane::setSummary(const QString& summary) { summary_->setText(summary); }

void DetailsPane::setInsight(const Insight& insight) {
  setRole(insight_, noteRole(asOf_ ? Tone::Neutral : insight.tone));
  insight_->setText(asOf_ ? tr("Not live. At %1: %2").arg(clockText(asOf_->wall), insight.text)
                          : insight.text);
}

void DetailsPane::setAsOf(std::optional<Moment> lastGood) { asOf_ = lastGood; }

void DetailsPane::setPlotHeading(const QString& heading) { plotHeading_->setText(heading); }

void DetailsPane::setPlotVisible(bool visible) {
  plot_->setVisible(visible);
  plotHeading_->setVisible(visible);
}

void DetailsPane::plotLeases(const std::vector<etcd::LeaseId>& leases, const ShownPicture& picture) {
  std::vector<TtlSeries> series;
  for (const etcd::LeaseId id : leases) {
    const Lease* lease = picture.book().find(id);
    series.push_back({.lease = id,
                      .label = leaseText(id),
                      .points = picture.book().history(id),
                      .granted = lease != nullptr ? lease->granted : std::nullopt,
                      .expiry = lease != nullptr ? lease->expiry : std::nullopt,
                      .gone = lease == nullptr});
  }
  plot_->setFixedHeight(plotHeight(leases.size()));
  plot_->setNow(picture.clock().now(), picture.clock().runs());
  plot_->setSeries(std::move(series));
}

QLabel* DetailsPane::addHeading(const QString& text) {
  QLabel* label = makeLabel(widget());
  label->setText(text);
  label->setFont(scaled(0.92));
  setRole(label, LabelRole::Heading);
  parts_->addSpacing(8);
  parts_->addWidget(label);
  return label;
}

void DetailsPane::addPart(QWidget* part) { parts_->addWidget(part); }

QLabel* DetailsPane::addText() {
  QLabel* label = makeLabel(widget());
  parts_->addWidget(label);
  return label;
}

QPushButton* DetailsPane::addButton(const QString& iconName, const QString& text, const QString& objectName) {
  auto* button = new QPushButton(text, buttons_);
  if (!iconName.isEmpty()) button->setIcon(icon(iconName));
  button->setObjectName(objectName);
  auto* row = static_cast<QHBoxLayout*>(buttons_->layout());
  row->insertWidget(row->count() - 1, button);
  return button;
}

}  // namespace leasescope::ui
