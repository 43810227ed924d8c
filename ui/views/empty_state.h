#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace leasescope::ui {

/// What a page says instead of an empty table: why there is nothing, and what to do.
class EmptyState : public QWidget {
  Q_OBJECT

 public:
  enum class Offer { None, Connect, ClearFilter, Retry };

  explicit EmptyState(QWidget* parent = nullptr);
  void show(const QString& iconName, const QString& title, const QString& text, Offer offer);

 signals:
  void connectRequested();
  void playgroundRequested();
  void clearFilterRequested();
  void retryRequested();

 private:
  QLabel* icon_;
  QLabel* title_;
  QLabel* text_;
  QPushButton* playground_;
  QPushButton* connect_;
  QPushButton* clearFilter_;
  QPushButton* retry_;
};

}  // namespace leasescope::ui
