#pragma once

#include <QAbstractButton>

#include "ui/theme/theme.h"

namespace leasescope::ui {

/// One page in the side bar: icon, name, count at the right.
class NavButton : public QAbstractButton {
  Q_OBJECT

 public:
  NavButton(const QString& iconName, const QString& title, QWidget* parent);
  /// In the colour of `tone`; neutral is muted.
  void setCount(const QString& count, Tone tone = Tone::Neutral);
  QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;
  void enterEvent(QEnterEvent* event) override;
  void leaveEvent(QEvent* event) override;

 private:
  QString count_;
  Tone tone_ = Tone::Neutral;
};

}  // namespace leasescope::ui
