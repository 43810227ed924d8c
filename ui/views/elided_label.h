#pragma once

#include <QLabel>

namespace leasescope::ui {

/// Text that takes what width there is, each line elided in the middle; the tool tip says the rest.
class ElidedLabel : public QLabel {
  Q_OBJECT

 public:
  explicit ElidedLabel(QWidget* parent = nullptr);
  void setWholeText(const QString& text);
  /// In the middle unless said otherwise, as keys differ at both ends.
  void setElideMode(Qt::TextElideMode mode);
  /// A line is broken into so many before anything of it is left out; one unless said otherwise.
  void setMostRows(int rows);
  QSize minimumSizeHint() const override;

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void elide();
  bool addFitting(QStringList& rows, const QString& line) const;

  QString whole_;
  int mostRows_ = 1;
  Qt::TextElideMode mode_ = Qt::ElideMiddle;
};

}  // namespace leasescope::ui
