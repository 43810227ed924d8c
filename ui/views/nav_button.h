#pragma once

#include <QAbstractButton>

namespace leasescope::ui {

/// One page in the side bar: icon, name, count at the right.
class NavButton : public QAbstractButton {
  Q_OBJECT

 public:
  NavButton(const QString& iconName, const QString& title, QWidget* parent);
  void setCount(const QString& count);
  QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;
  void enterEvent(QEnterEvent* event) override;
  void leaveEvent(QEvent* event) override;

 private:
  QString count_;
};

}  // namespace leasescope::ui
