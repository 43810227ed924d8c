#pragma once

#include <QTimer>
#include <QWidget>

#include "core/lockers/lockers.h"

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSettings;
class QStackedWidget;

namespace leasescope::ui {

class ClusterLink;
class EmptyState;
class TableView;
class ThreadsModel;
class ThreadsProxy;

/// "Holder threads": every thread of every test locker, and the buttons that start and stop them.
class ThreadsPage : public QWidget {
  Q_OBJECT

 public:
  explicit ThreadsPage(ClusterLink* link, QWidget* parent = nullptr);

  /// What Ctrl+F goes to.
  QLineEdit* filter() const { return filter_; }
  TableView* table() const { return table_; }

  void saveLayout(QSettings& settings) const;
  void restoreLayout(QSettings& settings);

 public slots:
  void refresh();

 signals:
  /// How many threads there are, for the side bar.
  void countChanged(qint64 count);
  void playgroundRequested();
  void connectRequested();

 protected:
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;

 private:
  QWidget* makeToolBar();
  QWidget* makeTable();
  void connectSignals();
  void spawn();
  void stopSelected();
  void stopAll();
  Leftovers leftovers() const;
  void showProblem(const QString& problem);
  void updateActions();
  void updateSummary();
  void explainEmptiness();
  std::vector<std::int64_t> selectedLockers() const;

  ClusterLink* link_;
  ThreadsModel* model_;
  ThreadsProxy* proxy_;
  QTimer poll_;
  qint64 count_ = 0;
  QPushButton* spawn_;
  QPushButton* stop_;
  QPushButton* stopAll_;
  QCheckBox* leave_;
  QLineEdit* filter_;
  QLabel* summary_;
  QLabel* problem_;
  QStackedWidget* stack_;
  TableView* table_;
  EmptyState* empty_;
};

}  // namespace leasescope::ui
