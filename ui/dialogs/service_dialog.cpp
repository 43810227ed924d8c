#include "ui/dialogs/service_dialog.h"

#include <QComboBox>
#include <QCompleter>
#include <QDialogButtonBox>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/dialogs/grow_to_fit.h"
#include "ui/dialogs/service_address.h"
#include "ui/models/go_service_words.h"
#include "ui/theme/theme.h"

namespace leasescope::ui {
namespace {

constexpr int kWidth = 480;

}  // namespace

ServiceDialog::ServiceDialog(const QStringList& watched, QWidget* parent)
    : QDialog(parent),
      choice_(new QComboBox(this)),
      address_(new ServiceAddress(choice_)),
      problem_(new QLabel(this)) {
  setWindowTitle(tr("Use my Go service"));
  auto* words = new QLabel(
      howToShowGoroutines() + tr(" It gets no load from here, and is also watched on Holder threads."), this);
  words->setTextFormat(Qt::PlainText);
  words->setWordWrap(true);
  setRole(words, LabelRole::Muted);
  choice_->setEditable(true);
  choice_->setLineEdit(address_);
  choice_->completer()->setCompletionMode(QCompleter::PopupCompletion);  // inline, it would take Return
  choice_->setInsertPolicy(QComboBox::NoInsert);
  choice_->addItems(watched);
  choice_->setCurrentIndex(choice_->count() - 1);
  problem_->setObjectName(QStringLiteral("serviceProblem"));
  problem_->setTextFormat(Qt::PlainText);
  problem_->setWordWrap(true);
  problem_->hide();
  setRole(problem_, LabelRole::Bad);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
  QPushButton* use = buttons->addButton(tr("Use it"), QDialogButtonBox::AcceptRole);
  use->setDefault(true);
  setFlag(use, "primary");

  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(20, 18, 20, 16);
  column->setSpacing(14);
  for (QWidget* widget : std::initializer_list<QWidget*>{words, choice_, problem_}) column->addWidget(widget);
  column->addStretch();
  column->addWidget(buttons);
  setMinimumWidth(kWidth);
  connect(buttons, &QDialogButtonBox::accepted, this, &ServiceDialog::accept);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  connect(address_, &ServiceAddress::problemChanged, this, &ServiceDialog::showProblem);
  address_->setFocus();
}

void ServiceDialog::accept() {
  const auto target = address_->take();
  if (!target) return;
  target_ = *target;
  QDialog::accept();
}

void ServiceDialog::showProblem(const QString& problem) {
  problem_->setText(problem);
  problem_->setVisible(!problem.isEmpty());
  growToFit(*this);
}

}  // namespace leasescope::ui
