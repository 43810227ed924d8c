#include "ui/views/facts.h"

#include <QGridLayout>
#include <QLabel>
#include <QPainter>

#include "ui/theme/theme.h"
#include "ui/views/elided_label.h"

namespace leasescope::ui {
namespace {

constexpr int kMostRows = 3;

}  // namespace

Facts::Facts(QWidget* parent) : QWidget(parent), grid_(new QGridLayout(this)) {
  grid_->setContentsMargins(0, 0, 0, 0);
  grid_->setVerticalSpacing(9);
  grid_->setHorizontalSpacing(18);
  grid_->setColumnStretch(1, 1);
}

void Facts::grow(std::size_t rows) {
  while (rows_.size() < rows) {
    auto* name = new QLabel(this);
    auto* value = new ElidedLabel(this);
    setRole(name, LabelRole::Muted);
    name->setTextFormat(Qt::PlainText);
    value->setFont(monospace());
    value->setMostRows(kMostRows);
    const auto row = static_cast<int>(rows_.size());
    grid_->addWidget(name, row, 0, Qt::AlignTop);
    grid_->addWidget(value, row, 1);
    rows_.push_back({name, value});
  }
}

void Facts::set(const std::vector<Fact>& facts) {
  grow(facts.size());
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const bool used = i < facts.size();
    rows_[i].name->setVisible(used);
    rows_[i].value->setVisible(used);
    if (!used) continue;
    rows_[i].name->setText(facts[i].first);
    rows_[i].value->setWholeText(facts[i].second);
  }
  update();
}

void Facts::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setPen(colours().line);
  for (const Row& row : rows_) {
    if (row.name->isHidden() || &row == &rows_.front()) continue;
    const int y = row.name->geometry().top() - grid_->verticalSpacing() / 2 - 1;
    painter.drawLine(0, y, width(), y);
  }
}

}  // namespace leasescope::ui
