#pragma once

#include <memory>
#include <optional>
#include <string>

#include <QWidget>

#include "core/diagnosis/wait_graph_part.h"
#include "ui/graph/viewport.h"
#include "ui/graph/wait_drawing.h"

namespace leasescope::ui {

class DrawingFeed;
class ShownPicture;

/// Who waits for whom, as far as a finding is about that: the graph that proves it. As wide as there is room,
/// and never larger than on the page "Wait graph", to which a click leads.
class ProofWaits : public QWidget {
  Q_OBJECT

 public:
  /// `picture` outlives it.
  explicit ProofWaits(ShownPicture* picture, QWidget* parent = nullptr);

  /// Who waits for this lock.
  void showQueue(const std::string& lock);
  void showCircle(const WaitCycle& circle);
  /// Null before the first.
  const WaitDrawing* drawing() const { return drawing_.get(); }

 signals:
  /// kNoLease: none in particular.
  void clicked(leasescope::etcd::LeaseId session);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  bool event(QEvent* event) override;
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;

 private:
  void setDrawing(std::shared_ptr<const WaitDrawing> drawing);
  void fit();

  void draw(std::optional<std::string> queueOf, std::optional<WaitCycle> circle);
  WaitGraphPart choose(ShownPicture& picture) const;

  std::optional<std::string> queueOf_;
  std::optional<WaitCycle> circle_;
  DrawingFeed* feed_;
  std::shared_ptr<const WaitDrawing> drawing_;
  Viewport view_;
};

}  // namespace leasescope::ui
