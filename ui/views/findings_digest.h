#pragma once

#include <optional>

#include <QLabel>

#include "core/picture/moment.h"

namespace leasescope::ui {

class ShownPicture;

/// What is wrong with the running demo, one line a kind, most urgent first. Follows the picture while it is
/// visible.
class FindingsDigest : public QLabel {
  Q_OBJECT

 public:
  explicit FindingsDigest(ShownPicture* picture, QWidget* parent = nullptr);

  /// Only what was found first since then, when the demo began; nullopt: none runs, and
  /// nothing is wrong with it. A leak is told after so many TTLs.
  void setSince(std::optional<Moment> begin, double leakedAfterTtls);

 signals:
  /// Somebody wants to see all of them.
  void findingsRequested();

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  void follow();
  QString words() const;

  ShownPicture* picture_;
  std::optional<Moment> since_;
  double leakedAfterTtls_ = 0;
};

}  // namespace leasescope::ui
