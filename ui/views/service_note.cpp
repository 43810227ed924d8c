#include "ui/views/service_note.h"

#include <QLabel>
#include <QVBoxLayout>

#include "ui/models/go_service_words.h"
#include "ui/theme/theme.h"
#include "ui/views/elided_label.h"

namespace leasescope::ui {

ServiceNote::ServiceNote(QWidget* parent)
    : QWidget(parent), summary_(new ElidedLabel(this)), insight_(new QLabel(this)) {
  setRole(summary_, LabelRole::Muted);
  insight_->setObjectName(QStringLiteral("serviceInsight"));
  insight_->setTextFormat(Qt::PlainText);
  insight_->setTextInteractionFlags(kSelectable);
  insight_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
  insight_->setWordWrap(true);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(3);
  column->addWidget(summary_);
  column->addWidget(insight_, 1);
}

void ServiceNote::show(const GoService& service, std::optional<double> growth, const Moment& now) {
  summary_->setWholeText(goServiceSummary(service, now));
  const Insight insight = goServiceInsight(service, now, growth);
  setRole(insight_, textRole(insight.tone));
  if (insight_->text() != insight.text) insight_->setText(insight.text);  // a selection in it survives
}

}  // namespace leasescope::ui
