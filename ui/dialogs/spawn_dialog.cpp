#include "ui/dialogs/spawn_dialog.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

#include "core/etcd/lock_name.h"
#include "ui/dialogs/grow_to_fit.h"
#include "ui/models/locker_words.h"
#include "ui/theme/theme.h"

namespace leasescope::ui {
namespace {

constexpr int kWidth = 480;
constexpr int kNumberWidth = 110;
constexpr int kMostLockers = 500;
constexpr int kLongestTtl = 24 * 3600;
constexpr double kLongestWork = 3600;

bool works(Behaviour behaviour) {
  return behaviour == Behaviour::WellBehaved || behaviour == Behaviour::LeakSession ||
         behaviour == Behaviour::GivesUp || behaviour == Behaviour::Crash;
}

}  // namespace

SpawnDialog::SpawnDialog(QWidget* parent) : QDialog(parent) {
  setWindowTitle(tr("Spawn lockers"));
  warning_ = new QLabel(this);
  warning_->setWordWrap(true);
  warning_->hide();
  setRole(warning_, LabelRole::Note);
  QWidget* form = makeForm();
  buttons_ = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
  QPushButton* spawn = buttons_->addButton(tr("Spawn"), QDialogButtonBox::AcceptRole);
  spawn->setDefault(true);
  setFlag(spawn, "primary");

  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(20, 18, 20, 16);
  column->setSpacing(14);
  column->addWidget(warning_);
  column->addWidget(form);
  column->addStretch();
  column->addWidget(buttons_);
  setMinimumWidth(kWidth);
  connect(buttons_, &QDialogButtonBox::accepted, this, &QDialog::accept);
  connect(buttons_, &QDialogButtonBox::rejected, this, &QDialog::reject);
  connect(behaviour_, &QComboBox::currentIndexChanged, this, &SpawnDialog::behaviourChanged);
  connect(lock_, &QLineEdit::textChanged, this, &SpawnDialog::validate);
  behaviourChanged();
  validate();
  lock_->setFocus();
}

QWidget* SpawnDialog::makeForm() {
  auto* widget = new QWidget(this);
  auto* form = new QFormLayout(widget);
  form->setContentsMargins(0, 0, 0, 0);
  form->setVerticalSpacing(9);
  form->setHorizontalSpacing(16);
  form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);

  behaviour_ = new QComboBox(widget);
  for (const Behaviour behaviour : kBehaviours) {
    behaviour_->addItem(behaviourText(behaviour), static_cast<int>(behaviour));
  }
  explanation_ = new QLabel(widget);
  explanation_->setWordWrap(true);
  explanation_->setMinimumHeight(2 * explanation_->fontMetrics().lineSpacing());
  explanation_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
  setRole(explanation_, LabelRole::Muted);
  lock_ = new QLineEdit(QStringLiteral("/demo/lock"), widget);
  lock_->setObjectName(QStringLiteral("lock"));
  lockProblem_ = new QLabel(widget);
  lockProblem_->setWordWrap(true);
  setRole(lockProblem_, LabelRole::Bad);
  countLabel_ = new QLabel(widget);
  count_ = new QSpinBox(widget);
  count_->setObjectName(QStringLiteral("count"));
  count_->setRange(1, kMostLockers);
  ttl_ = new QSpinBox(widget);
  ttl_->setRange(1, kLongestTtl);
  ttl_->setValue(10);
  ttl_->setSuffix(tr(" s"));
  work_ = new QDoubleSpinBox(widget);
  work_->setRange(0, kLongestWork);
  work_->setDecimals(1);
  work_->setSingleStep(0.5);
  work_->setValue(0.5);
  work_->setSuffix(tr(" s"));
  work_->setToolTip(tr("How long a lock is held by those who release it"));

  for (QAbstractSpinBox* spin : std::initializer_list<QAbstractSpinBox*>{count_, ttl_, work_}) {
    spin->setFixedWidth(kNumberWidth);
  }
  form->addRow(tr("&Behaviour"), behaviour_);
  form->addRow(QString(), explanation_);
  form->addRow(tr("&Lock name"), lock_);
  form->addRow(QString(), lockProblem_);
  countLabel_->setBuddy(count_);
  form->addRow(countLabel_, count_);
  form->addRow(tr("Lease &TTL"), ttl_);
  form->addRow(tr("&Work time"), work_);
  return widget;
}

void SpawnDialog::setWarning(const QString& warning) {
  warning_->setText(warning);
  warning_->setVisible(!warning.isEmpty());
  growToFit(*this);
}

Behaviour SpawnDialog::behaviour() const { return static_cast<Behaviour>(behaviour_->currentData().toInt()); }

void SpawnDialog::behaviourChanged() {
  const bool pairs = behaviour() == Behaviour::Deadlock;
  explanation_->setText(behaviourExplanation(behaviour()));
  countLabel_->setText(pairs ? tr("&Pairs of lockers") : tr("&Count"));
  work_->setEnabled(works(behaviour()));
}

void SpawnDialog::validate() {
  const absl::Status name = etcd::checkLockName(spec().lock);
  lockProblem_->setText(QString::fromStdString(std::string(name.message())));
  lockProblem_->setVisible(!name.ok());
  setFlag(lock_, "wrong", !name.ok());
  for (QAbstractButton* button : buttons_->buttons()) {
    if (buttons_->buttonRole(button) == QDialogButtonBox::AcceptRole) button->setEnabled(name.ok());
  }
  growToFit(*this);
}

LockerSpec SpawnDialog::spec() const {
  return {.behaviour = behaviour(),
          .lock = lock_->text().toStdString(),
          .count = count_->value(),
          .ttl = absl::Seconds(ttl_->value()),
          .work = absl::Seconds(work_->value())};
}

}  // namespace leasescope::ui
