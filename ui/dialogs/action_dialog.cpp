#include "ui/dialogs/action_dialog.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/dialogs/grow_to_fit.h"

namespace leasescope::ui {
namespace {

constexpr int kWidth = 560;
constexpr int kMargin = 18;

QLabel* addLabel(QVBoxLayout* layout, QWidget* parent) {
  auto* label = new QLabel(parent);
  label->setTextFormat(Qt::PlainText);
  label->setTextInteractionFlags(kSelectable);
  label->setWordWrap(true);
  layout->addWidget(label);
  return label;
}

}  // namespace

ActionDialog::ActionDialog(const QString& title, const QString& actionText, QWidget* parent)
    : QDialog(parent),
      confirm_(new QPushButton(actionText, this)),
      close_(new QPushButton(tr("Cancel"), this)) {
  setWindowTitle(title);
  setMinimumWidth(kWidth);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(kMargin, kMargin, kMargin, kMargin);
  layout->setSpacing(10);
  QLabel* heading = addLabel(layout, this);
  heading->setText(title);
  QFont font = scaled(1.2);
  font.setWeight(QFont::Bold);
  heading->setFont(font);
  lead_ = addLabel(layout, this);
  parts_ = new QVBoxLayout;
  layout->addLayout(parts_);
  warnings_ = addLabel(layout, this);
  lead_->setObjectName(QStringLiteral("lead"));
  warnings_->setObjectName(QStringLiteral("warnings"));
  setRole(warnings_, LabelRole::Note);
  warnings_->hide();
  status_ = addLabel(layout, this);
  status_->setObjectName(QStringLiteral("status"));
  status_->hide();
  layout->addStretch();
  auto* buttons = new QHBoxLayout;
  buttons->addStretch();
  buttons->addWidget(close_);
  buttons->addWidget(confirm_);
  layout->addLayout(buttons);
  confirm_->setObjectName(QStringLiteral("confirm"));
  confirm_->setAutoDefault(false);
  confirm_->setEnabled(false);
  setFlag(confirm_, "danger");
  close_->setObjectName(QStringLiteral("close"));
  close_->setDefault(true);
  connect(confirm_, &QPushButton::clicked, this, [this] { confirmed(); });
  connect(close_, &QPushButton::clicked, this, &QDialog::reject);
}

void ActionDialog::setLead(const QString& text) { lead_->setText(text); }

void ActionDialog::addPart(QWidget* part) { parts_->addWidget(part); }

void ActionDialog::setWarnings(const QStringList& warnings) {
  QStringList lines;
  for (const QString& warning : warnings) lines << QStringLiteral("• ") + warning;
  warnings_->setText(lines.join(u'\n'));
  warnings_->setVisible(!warnings.isEmpty());
  growToFit(*this);
}

void ActionDialog::setStatus(Tone tone, const QString& text) {
  setRole(status_, noteRole(tone));
  status_->setText(text);
  status_->setVisible(!text.isEmpty());
  growToFit(*this);
}

void ActionDialog::setConfirmable(bool confirmable) { confirm_->setEnabled(confirmable); }

void ActionDialog::finish(Tone tone, const QString& text) {
  setStatus(tone, text);
  warnings_->hide();
  confirm_->hide();
  close_->setText(tr("Close"));
  close_->setFocus();
}

void ActionDialog::showOutcome(const ActionOutcome& outcome, const QString& done) {
  const QString message = QString::fromStdString(outcome.message);
  switch (outcome.kind) {
    case ActionOutcome::Kind::Done:
      finish(Tone::Good, done);
      break;
    case ActionOutcome::Kind::Gone:
      finish(Tone::Neutral, tr("Nothing to do any more: %1").arg(message));
      break;
    case ActionOutcome::Kind::Changed:
      finish(Tone::Warning, tr("It is not what was shown any more: %1").arg(message));
      break;
    case ActionOutcome::Kind::Unknown:
      finish(Tone::Warning,
             tr("The outcome is unknown: there was no answer, it may or may not have happened. %1")
                 .arg(message));
      break;
    case ActionOutcome::Kind::Refused:
      finish(Tone::Bad, tr("Nothing was done: %1").arg(message));
      break;
  }
}

}  // namespace leasescope::ui
