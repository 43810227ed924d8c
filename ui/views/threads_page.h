#pragma once

#include <QTimer>
#include <QWidget>

#include "core/lockers/lockers.h"
#include "core/picture/lease.h"

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSettings;
class QStackedWidget;

namespace leasescope::ui {

class ClusterLink;
class DetailsPane;
class DetailsSplitter;
class EmptyState;
class Facts;
class ShownPicture;
class TableView;
class ThreadsModel;
class ThreadsProxy;

/// "Holder threads": every thread of every test locker, the details of the one that is selected, and the
/// buttons that start and stop them.
class ThreadsPage : public QWidget {
  Q_OBJECT

 public:
  ThreadsPage(ClusterLink* link, ShownPicture* picture, QWidget* parent = nullptr);

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
  void makeTable();
  void makeDetails();
  void connectSignals();
  void spawn();
  void stopSelected();
  void stopAll();
  void stopShown();
  void revokeShown();
  Leftovers leftovers() const;
  void showProblem(const QString& problem);
  void updateActions();
  void updateSummary();
  void explainEmptiness();
  void tick();
  void updateDetails();
  void showDetails(const LockerThread& thread);
  void showFacts(const LockerThread& thread);
  const LockerThread* shownThread() const;
  const Lease* knownLease(const LockerThread& thread) const;
  std::vector<std::int64_t> selectedLockers() const;

  ClusterLink* link_;
  ShownPicture* picture_;
  ThreadsModel* model_;
  ThreadsProxy* proxy_;
  QTimer poll_;
  qint64 count_ = 0;
  int shown_ = 0;
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
  DetailsSplitter* splitter_;
  DetailsPane* details_;
  Facts* facts_;
  QLabel* problemHeading_;
  QLabel* threadProblem_;
  QPushButton* stopShown_;
  QPushButton* revokeShown_;
};

}  // namespace leasescope::ui
