#pragma once

#include <QLabel>

namespace leasescope::ui {

class ShownPicture;

/// What is wrong, one line a kind, most urgent first: for pages that are about something else. Follows the
/// picture while it is visible.
class FindingsDigest : public QLabel {
  Q_OBJECT

 public:
  explicit FindingsDigest(ShownPicture* picture, QWidget* parent = nullptr);

 signals:
  /// Somebody wants to see all of them.
  void findingsRequested();

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  void follow();
  QString words() const;

  ShownPicture* picture_;
};

}  // namespace leasescope::ui
