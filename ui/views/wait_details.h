#pragma once

#include "core/diagnosis/wait_graph.h"
#include "ui/graph/wait_drawing.h"
#include "ui/views/details_pane.h"

namespace leasescope::ui {

class Facts;
class QueueList;

/// What is selected in the wait-for graph: a session with what it holds and waits for, or a lock with its
/// queue.
class WaitDetails : public DetailsPane {
  Q_OBJECT

 public:
  explicit WaitDetails(QWidget* parent = nullptr);

  /// False when the picture knows nothing of it (any more): nothing is changed then.
  bool show(const GraphItem& item, ShownPicture& picture);

 signals:
  void openRequested();    // the page where more is said of it
  void revokeRequested();  // the session's lease

 private:
  bool showSession(LeaseId session, ShownPicture& picture);
  bool showLock(const WaitEdge& wait, ShownPicture& picture);
  void showLocksOf(LeaseId session, ShownPicture& picture);

  QLabel* queueHeading_;
  QueueList* queue_;
  QLabel* holdsHeading_;
  QLabel* holds_;
  QLabel* waitsHeading_;
  QLabel* waits_;
  QLabel* blocksHeading_;
  QLabel* blocks_;
  QPushButton* open_;
  QPushButton* revoke_;
};

}  // namespace leasescope::ui
