#pragma once

#include <vector>

#include <QWidget>

#include "ui/models/filtering_proxy.h"
#include "ui/models/shown_picture.h"
#include "ui/views/emptiness.h"

class QSettings;
class QStackedWidget;

namespace leasescope::ui {

class ClusterLink;
class DetailsPane;
class DetailsSplitter;
class TableView;

/// A page with a table at the left and the details of its selection at the right.
class TablePage : public QWidget {
  Q_OBJECT

 public:
  TableView* table() const { return table_; }
  const QString& filterText() const { return filterText_; }
  /// Conditions that make sense here, for a hint.
  const QString& filterExample() const { return filterExample_; }
  /// What is wrong with the filter, which is then not used; empty: it is in use.
  QString setFilterText(const QString& text);
  int rows() const;
  int rowsShown() const;

  void saveLayout(QSettings& settings) const;
  void restoreLayout(QSettings& settings);

 signals:
  void connectRequested();
  void playgroundRequested();
  void filterCleared();
  void rowsShownChanged();

 protected:
  void showEvent(QShowEvent* event) override;

  /// What pages differ in. `name` is for the settings.
  struct Parts {
    QString name;
    NoneThere none;
    QString filterExample;
    QString detailsHint;
    FilteringProxy* proxy;
    DetailsPane* details;
  };
  TablePage(ClusterLink* link, ShownPicture* picture, const Parts& parts, QWidget* parent);

  /// Puts a row of widgets above the table, where it stays when there is none.
  void addBar(QWidget* bar);
  /// Fills the details from the selection, which is not empty.
  virtual void showDetails() = 0;
  /// Those that are sampled more often, and whose history is kept, as the details draw it.
  virtual std::vector<LeaseId> leasesInDetails() const;

  ClusterLink* link() const { return link_; }
  ShownPicture& picture() const { return *picture_; }
  /// First column of the row that is selected and current, or else of the first that is selected.
  QModelIndex selectedRow() const;
  void askToRevoke(LeaseId lease);
  /// Selects this row of the model below the proxy, without the filter if that hides it.
  void reveal(const QModelIndex& source);

 private:
  void buildLayout();
  void connectSignals();
  void follow();
  void selectSomething();
  void updateDetails();
  void tick();

  ClusterLink* link_;
  ShownPicture* picture_;
  const QString name_;
  const NoneThere none_;
  const QString filterExample_;
  FilteringProxy* proxy_;
  DetailsPane* details_;
  TableView* table_;
  EmptyState* empty_;
  QStackedWidget* stack_;
  DetailsSplitter* splitter_;
  QString filterText_;
  int rowsShown_ = 0;
  int ticks_ = 0;
};

}  // namespace leasescope::ui
