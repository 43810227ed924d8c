#include "ui/views/queue_list.h"

#include <algorithm>

#include <QGridLayout>
#include <QLabel>

#include "ui/models/format.h"
#include "ui/models/lease_words.h"
#include "ui/models/states.h"
#include "ui/theme/theme.h"
#include "ui/views/elided_label.h"

namespace leasescope::ui {
namespace {

constexpr int kMostKeyChars = 1000;

}  // namespace

QueueList::QueueList(QWidget* parent) : QWidget(parent), grid_(new QGridLayout), more_(new QLabel(this)) {
  grid_->setHorizontalSpacing(14);
  grid_->setVerticalSpacing(5);
  grid_->setColumnStretch(0, 1);
  setRole(more_, LabelRole::Muted);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(5);
  layout->addLayout(grid_);
  layout->addWidget(more_);
}

std::array<QWidget*, 4> QueueList::Row::cells() const { return {place, lease, token, age}; }

QLabel* QueueList::makeCell(int column, Qt::Alignment side) {
  auto* label = new QLabel(this);
  label->setTextFormat(Qt::PlainText);
  label->setAlignment(side | Qt::AlignVCenter);
  grid_->addWidget(label, static_cast<int>(rows_.size()), column);
  return label;
}

void QueueList::grow(std::size_t rows) {
  while (rows_.size() < rows) {
    const Row row{.place = new ElidedLabel(this),
                  .lease = makeCell(1, Qt::AlignLeft),
                  .token = makeCell(2, Qt::AlignRight),
                  .age = makeCell(3, Qt::AlignRight)};
    grid_->addWidget(row.place, static_cast<int>(rows_.size()), 0);
    row.lease->setFont(monospace());
    row.token->setFont(monospace());
    setRole(row.token, LabelRole::Muted);
    setRole(row.age, LabelRole::Muted);
    rows_.push_back(row);
  }
}

void QueueList::fill(const Row& row, const Contender& contender, const Since& since, const Lease* lease,
                     const Moment& now) {
  row.lease->setText(contender.hasLease() ? leaseText(contender.lease) : tr("no lease"));
  row.token->setText(QString::number(contender.createRevision));
  row.age->setText(sinceText(since, now));
  QString toolTip = keyText(contender.key, kMostKeyChars);
  if (saysWho(lease)) toolTip += u'\n' + whoWords(lease);
  for (QWidget* cell : row.cells()) cell->setToolTip(toolTip);
}

void QueueList::set(const Lock& lock, std::size_t marked, const LeaseBook& book, const Moment& now) {
  const std::size_t shown = std::min(lock.queue.size(), kMostRows);
  grow(shown);
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    for (QWidget* cell : rows_[i].cells()) cell->setVisible(i < shown);
    if (i >= shown) continue;
    const Lease* lease = book.find(lock.queue[i]->lease);
    QString place = QStringLiteral("%1. %2").arg(i + 1).arg(placeText(lock, i));
    if (saysWho(lease)) place += QStringLiteral(" · ") + whoText(lease);
    rows_[i].place->setWholeText(place);
    setRole(rows_[i].place, i == marked ? LabelRole::Plain : LabelRole::Muted);
    const Contender& contender = *lock.queue[i];
    fill(rows_[i], contender, &contender == lock.holder() ? lock.heldSince : contender.since, lease, now);
  }
  more_->setVisible(lock.queue.size() > shown);
  more_->setText(tr("… %1 more").arg(countText(static_cast<qint64>(lock.queue.size() - shown))));
}

}  // namespace leasescope::ui
