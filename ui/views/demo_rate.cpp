#include "ui/views/demo_rate.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QSlider>

#include "core/lockers/demo_task.h"
#include "ui/theme/theme.h"

namespace leasescope::ui {
namespace {

// The slider counts halves of a request a second.
constexpr double kStep = 0.5;
constexpr double kHighestRate = 20;
constexpr int kLeastSliderWidth = 90;
constexpr int kSliderWidth = 150;

QString rateText(double requestsPerSecond, bool bothShown) {
  const QString rate = QLocale().toString(requestsPerSecond, 'f', 1);
  return (bothShown ? DemoRate::tr("%1 requests/s to each") : DemoRate::tr("%1 requests/s")).arg(rate);
}

}  // namespace

DemoRate::DemoRate(QWidget* parent)
    : QWidget(parent), slider_(new QSlider(Qt::Horizontal, this)), words_(new QLabel(this)) {
  slider_->setObjectName(QStringLiteral("demoRate"));
  slider_->setRange(1, qRound(kHighestRate / kStep));
  slider_->setPageStep(4);
  slider_->setMinimumWidth(kLeastSliderWidth);
  slider_->setMaximumWidth(kSliderWidth);
  slider_->setValue(qRound(DemoTask().requestsPerSecond / kStep));
  slider_->setToolTip(tr("To each of the two programs; may be changed while they run"));
  slider_->setAccessibleName(tr("Requests a second"));
  setRole(words_, LabelRole::Muted);
  words_->setMinimumWidth(words_->fontMetrics().horizontalAdvance(rateText(kHighestRate, true)) + 4);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(10);
  row->addWidget(slider_);
  row->addWidget(words_);
  connect(slider_, &QSlider::valueChanged, this, [this] {
    showValue();
    emit changed(requestsPerSecond());
  });
  showValue();
}

double DemoRate::requestsPerSecond() const { return slider_->value() * kStep; }

void DemoRate::setBothShown(bool shown) {
  bothShown_ = shown;
  showValue();
}

void DemoRate::showValue() { words_->setText(rateText(requestsPerSecond(), bothShown_)); }

}  // namespace leasescope::ui
