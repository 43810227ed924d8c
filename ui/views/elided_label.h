#pragma once

#include <QLabel>

namespace leasescope::ui {

/// Text that takes what room there is, each line elided in the middle; the tool tip says the rest.
class ElidedLabel : public QLabel {
  Q_OBJECT

 public:
  explicit ElidedLabel(QWidget* parent = nullptr);
  void setWholeText(const QString& text);
  /// In the middle unless said otherwise, as keys differ at both ends.
  void setElideMode(Qt::TextElideMode mode);
  QSize minimumSizeHint() const override;

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void elide();

  QString whole_;
  Qt::TextElideMode mode_ = Qt::ElideMiddle;
};

}  // namespace leasescope::ui
