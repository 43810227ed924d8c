#pragma once

#include <cstdint>
#include <memory>

#include <QObject>
#include <QTimer>

#include "core/diagnosis/wait_graph_part.h"
#include "ui/bridge/background.h"
#include "ui/graph/wait_drawing.h"

namespace leasescope::ui {

class ShownPicture;

/// Drawings of a picture's wait-for graph, as it changes: at most one a second and only while they are
/// wanted; laid out on a thread of its own; none when what would be drawn is the same.
class DrawingFeed : public QObject {
  Q_OBJECT

 public:
  /// `picture` outlives the feed.
  explicit DrawingFeed(ShownPicture* picture, QObject* parent = nullptr);
  ~DrawingFeed() override;

  void setWanted(bool wanted);
  /// How many layouts were begun.
  int layouts() const { return layouts_; }

 signals:
  void drawn(std::shared_ptr<const leasescope::ui::WaitDrawing> drawing);
  void failed(const QString& why);

 private:
  void follow();
  void draw();
  SessionIdentities identitiesIn(const WaitGraphPart& part) const;
  void laidOut(const std::shared_ptr<WaitDrawing>& drawing, absl::StatusOr<GraphLayout> layout);

  ShownPicture* picture_;
  std::unique_ptr<Background> background_;  // null before the first layout
  QTimer pause_;
  bool wanted_ = false;
  bool underWay_ = false;
  std::uint64_t seen_ = 0;  // the picture's count of changes
  // What is drawn, or being laid out.
  WaitGraphPart newest_;
  SessionIdentities named_;
  int layouts_ = 0;
};

}  // namespace leasescope::ui
