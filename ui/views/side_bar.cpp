#include "ui/views/side_bar.h"

#include <QVBoxLayout>

#include "ui/models/format.h"
#include "ui/views/nav_button.h"

namespace leasescope::ui {
namespace {

constexpr int kWidth = 196;

}  // namespace

SideBar::SideBar(QWidget* parent) : QWidget(parent), layout_(new QVBoxLayout(this)) {
  setObjectName(QStringLiteral("sideBar"));
  setAttribute(Qt::WA_StyledBackground);
  setFixedWidth(kWidth);
  layout_->setContentsMargins(8, 10, 8, 10);
  layout_->setSpacing(2);
  layout_->addStretch();
}

void SideBar::addPage(const QString& iconName, const QString& title, const QString& toolTip) {
  auto* button = new NavButton(iconName, title, this);
  const auto page = static_cast<int>(buttons_.size());
  button->setToolTip(toolTip);
  connect(button, &NavButton::clicked, this, [this, page] { emit pageChosen(page); });
  layout_->insertWidget(page, button);
  buttons_.push_back(button);
}

void SideBar::setCurrent(int page) { buttons_.at(static_cast<std::size_t>(page))->setChecked(true); }

void SideBar::setCount(int page, qint64 count, Tone tone) {
  buttons_.at(static_cast<std::size_t>(page))->setCount(count < 0 ? QString() : countText(count), tone);
}

}  // namespace leasescope::ui
