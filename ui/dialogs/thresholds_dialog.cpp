#include "ui/dialogs/thresholds_dialog.h"

#include <algorithm>
#include <cmath>

#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/models/finding_words.h"
#include "ui/theme/theme.h"

namespace leasescope::ui {
namespace {

constexpr int kValueWidth = 150;

enum Column { KindColumn, WordsColumn, ValueColumn, DefaultColumn };

QString text(std::string_view words) { return QString::fromUtf8(words.data(), qsizetype(words.size())); }

/// As many as the steps need.
int decimalsOf(const Threshold& threshold) {
  return std::max(0, static_cast<int>(std::ceil(-std::log10(threshold.step))));
}

QLabel* muted(const QString& text, QWidget* parent) {
  auto* label = new QLabel(text, parent);
  setRole(label, LabelRole::Muted);
  return label;
}

}  // namespace

ThresholdsDialog::ThresholdsDialog(const Thresholds& present, QWidget* parent)
    : QDialog(parent), present_(present) {
  setWindowTitle(tr("Thresholds"));
  auto* intro =
      muted(tr("From when on something counts as wrong. What was observed so far is judged anew."), this);
  auto* grid = new QGridLayout;
  grid->setHorizontalSpacing(16);
  grid->setVerticalSpacing(6);
  grid->setColumnStretch(WordsColumn, 1);
  for (const Threshold& threshold : allThresholds()) addRow(grid, threshold);
  auto* buttons = new QDialogButtonBox(
      QDialogButtonBox::RestoreDefaults | QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
  QPushButton* defaults = buttons->button(QDialogButtonBox::RestoreDefaults);
  defaults->setText(tr("Restore defaults"));
  defaults->setObjectName(QStringLiteral("restoreDefaults"));
  setFlag(buttons->button(QDialogButtonBox::Ok), "primary");
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(20, 18, 20, 16);
  column->setSpacing(14);
  column->addWidget(intro);
  column->addLayout(grid);
  column->addStretch();
  column->addWidget(buttons);
  connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  connect(defaults, &QPushButton::clicked, this, [this] { fill(Thresholds()); });
  fill(present);
}

void ThresholdsDialog::addRow(QGridLayout* grid, const Threshold& threshold) {
  const int row = grid->rowCount();
  const bool first = values_.empty() || allThresholds()[values_.size() - 1].kind != threshold.kind;
  auto* words = new QLabel(text(threshold.words), this);
  auto* value = new QDoubleSpinBox(this);
  value->setObjectName(text(threshold.name));
  value->setAccessibleName(text(threshold.words));
  value->setDecimals(decimalsOf(threshold));
  value->setRange(threshold.least, threshold.most);
  value->setSingleStep(threshold.step);
  value->setGroupSeparatorShown(true);
  value->setSuffix(QStringLiteral(" ") + text(threshold.unit));
  value->setFixedWidth(kValueWidth);
  words->setBuddy(value);
  value->setCorrectionMode(QAbstractSpinBox::CorrectToNearestValue);
  const auto number = [value, &threshold](double of) {
    return value->locale().toString(of, 'f', decimalsOf(threshold));
  };
  if (first) grid->addWidget(new QLabel(kindTitle(threshold.kind), this), row, KindColumn);
  grid->addWidget(words, row, WordsColumn);
  grid->addWidget(value, row, ValueColumn);
  grid->addWidget(
      muted(tr("default %1; %2 to %3")
                .arg(number(threshold.value({})), number(threshold.least), number(threshold.most)),
            this),
      row, DefaultColumn);
  values_.push_back(value);
}

void ThresholdsDialog::fill(const Thresholds& thresholds) {
  for (std::size_t i = 0; i < values_.size(); ++i) {
    values_[i]->setValue(allThresholds()[i].value(thresholds));
  }
}

Thresholds ThresholdsDialog::thresholds() const {
  Thresholds thresholds = present_;
  for (std::size_t i = 0; i < values_.size(); ++i) allThresholds()[i].set(thresholds, values_[i]->value());
  return thresholds;
}

}  // namespace leasescope::ui
