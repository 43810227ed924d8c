#pragma once

#include <memory>
#include <string>

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

#include "ui/graph/wait_drawing.h"
#include "ui/models/shown_picture.h"
#include "ui/theme/theme.h"

class QLabel;
class QPushButton;
class QSettings;
class QStackedWidget;

namespace leasescope::ui {

class Background;
class ClusterLink;
class CyclesNote;
class DetailsSplitter;
class DrawingFeed;
class ElidedLabel;
class EmptyState;
class GraphView;
class WaitDetails;

/// "Wait graph": who waits for whom, deadlocks in words and in red, and the least harmful way out.
class WaitGraphPage : public QWidget {
  Q_OBJECT

 public:
  WaitGraphPage(ClusterLink* link, ShownPicture* picture, QWidget* parent = nullptr);
  ~WaitGraphPage() override;

  GraphView* view() const { return view_; }
  const DrawingFeed& feed() const { return *feed_; }

  /// Selects this session, as soon as it is drawn.
  void choose(LeaseId lease);
  /// Writes what is drawn; the name's ending tells the format: svg, png, dot. How it ended is said on the
  /// page and by `exported`.
  void exportTo(const QString& file);

  void saveLayout(QSettings& settings) const;
  void restoreLayout(QSettings& settings);

 signals:
  void leaseOpened(leasescope::etcd::LeaseId lease);
  void lockOpened(const std::string& name);
  void exported(const QString& error);
  void connectRequested();
  void playgroundRequested();

 protected:
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;

 private:
  QWidget* makeToolBar();
  QPushButton* makeExport(QWidget* bar);
  QWidget* makeContent();
  void addActions();
  void connectSignals();
  void follow();
  void tick();
  void selectWanted();
  void showSummary();
  void updateDetails();
  void open();
  void askForFile(const QString& ending);
  void showOutcome(Tone tone, const QString& text);
  void askToRevoke(LeaseId lease);
  void revokeSelected();
  void copySelected();

  ClusterLink* link_;
  ShownPicture* picture_;
  DrawingFeed* feed_;
  std::unique_ptr<Background> files_;  // null before the first export
  std::shared_ptr<const WaitDrawing> drawing_;
  LeaseId wanted_ = etcd::kNoLease;  // to be selected when it is drawn
  QElapsedTimer wantedSince_;
  QStackedWidget* stack_;
  EmptyState* empty_;
  ElidedLabel* summary_ = nullptr;
  QLabel* outcome_ = nullptr;
  QPushButton* scale_ = nullptr;
  CyclesNote* cycles_ = nullptr;
  GraphView* view_ = nullptr;
  WaitDetails* details_ = nullptr;
  DetailsSplitter* splitter_ = nullptr;
  QTimer tick_;
  QTimer goodNews_;
};

}  // namespace leasescope::ui
