#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include <QObject>
#include <QTimer>

#include "core/diagnosis/wait_graph_part.h"
#include "ui/bridge/background.h"
#include "ui/graph/wait_drawing.h"

namespace leasescope::ui {

class ShownPicture;

/// Drawings of a part of a picture's wait-for graph, as it changes: at most one a second and only while they
/// are wanted; laid out on a thread of its own; none when what would be drawn is the same.
class DrawingFeed : public QObject {
  Q_OBJECT

 public:
  /// What is to be drawn now.
  using Choose = std::function<WaitGraphPart(ShownPicture& picture)>;

  /// `picture` outlives the feed.
  DrawingFeed(ShownPicture* picture, Choose choose, QObject* parent = nullptr);
  ~DrawingFeed() override;

  void setWanted(bool wanted);
  /// Something else is chosen from now on: that is drawn at once.
  void choiceChanged();
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
  const Choose choose_;
  std::unique_ptr<Background> background_;  // null before the first layout
  QTimer pause_;
  bool wanted_ = false;
  bool underWay_ = false;
  std::optional<std::uint64_t> seen_;  // the picture's count of changes; nullopt: to be drawn anew
  // What is drawn, or being laid out.
  WaitGraphPart newest_;
  SessionIdentities named_;
  int layouts_ = 0;
};

}  // namespace leasescope::ui
