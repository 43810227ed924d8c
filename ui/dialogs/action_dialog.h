#pragma once

#include <QDialog>

#include "core/actions/actions.h"
#include "ui/theme/theme.h"

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace leasescope::ui {

/// The frame of a question before something is changed: what, what will happen, what to beware of, and how it
/// ended. Stays open with the outcome, so that nobody has to guess.
class ActionDialog : public QDialog {
  Q_OBJECT

 protected:
  ActionDialog(const QString& title, const QString& actionText, QWidget* parent);

  void setLead(const QString& text);
  void addPart(QWidget* part);
  /// Empty: none.
  void setWarnings(const QStringList& warnings);
  void setStatus(Tone tone, const QString& text);
  void setConfirmable(bool confirmable);
  /// Nothing can be done any more but to close.
  void finish(Tone tone, const QString& text);
  void showOutcome(const ActionOutcome& outcome, const QString& done);

  virtual void confirmed() = 0;

 private:
  QLabel* lead_;
  QVBoxLayout* parts_;
  QLabel* warnings_;
  QLabel* status_;
  QPushButton* confirm_;
  QPushButton* close_;
};

}  // namespace leasescope::ui
