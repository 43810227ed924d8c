#pragma once

#include <vector>

#include <QWidget>

#include "ui/theme/theme.h"

class QVBoxLayout;

namespace leasescope::ui {

class NavButton;

/// The names of the pages with their counts.
class SideBar : public QWidget {
  Q_OBJECT

 public:
  explicit SideBar(QWidget* parent = nullptr);

  void addPage(const QString& iconName, const QString& title, const QString& toolTip);
  void setCurrent(int page);
  /// -1: no number is shown.
  void setCount(int page, qint64 count, Tone tone = Tone::Neutral);

 signals:
  void pageChosen(int page);

 private:
  QVBoxLayout* layout_;
  std::vector<NavButton*> buttons_;
};

}  // namespace leasescope::ui
