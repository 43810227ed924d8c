#include "ui/views/sections_page.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/models/format.h"
#include "ui/theme/theme.h"

namespace leasescope::ui {

SectionsPage::SectionsPage(QWidget* parent)
    : QWidget(parent),
      chips_(new QHBoxLayout),
      group_(new QButtonGroup(this)),
      stack_(new QStackedWidget(this)) {
  chips_->setContentsMargins(14, 12, 14, 0);
  chips_->setSpacing(8);
  chips_->addStretch();
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addLayout(chips_);
  column->addWidget(stack_, 1);
  connect(group_, &QButtonGroup::idClicked, this, &SectionsPage::showSection);
}

void SectionsPage::addSection(QWidget* section, const QString& title, const QString& toolTip) {
  auto* chip = new QToolButton(this);
  chip->setText(title);
  chip->setToolTip(toolTip);
  chip->setCheckable(true);
  chip->setFocusPolicy(Qt::TabFocus);
  setFlag(chip, "chip");
  const auto place = static_cast<int>(sections_.size());
  group_->addButton(chip, place);
  chips_->insertWidget(place, chip);
  sections_.push_back({title, chip});
  stack_->addWidget(section);
  if (place == 0) showSection(place);
}

void SectionsPage::showSection(int section) {
  sections_.at(section).chip->setChecked(true);
  stack_->setCurrentIndex(section);
}

int SectionsPage::section() const { return stack_->currentIndex(); }

void SectionsPage::setCount(int section, qint64 count) {
  const Section& one = sections_.at(section);
  one.chip->setText(count > 0 ? QStringLiteral("%1  %2").arg(one.title, countText(count)) : one.title);
}

}  // namespace leasescope::ui
