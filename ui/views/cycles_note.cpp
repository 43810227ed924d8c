#include "ui/views/cycles_note.h"

#include <algorithm>

#include <QGridLayout>
#include <QLabel>
#include <QPushButton>

#include "core/diagnosis/cycle_break.h"
#include "ui/models/cycle_words.h"
#include "ui/models/format.h"
#include "ui/models/shown_picture.h"
#include "ui/theme/theme.h"

namespace leasescope::ui {
namespace {

QString whyThisOne() {
  return CyclesNote::tr("Of the sessions in the circle it takes the fewest keys with it.");
}

}  // namespace

CyclesNote::CyclesNote(QWidget* parent)
    : QWidget(parent), grid_(new QGridLayout(this)), more_(new QLabel(this)) {
  grid_->setContentsMargins(0, 0, 0, 0);
  grid_->setColumnStretch(0, 1);
  grid_->setSpacing(8);
  setRole(more_, LabelRole::Bad);
  grid_->addWidget(more_, kMostNamed, 0);
  hide();
}

void CyclesNote::grow(std::size_t rows) {
  while (rows_.size() < rows) {
    const std::size_t place = rows_.size();
    auto* words = new QLabel(this);
    words->setObjectName(QStringLiteral("deadlock"));
    words->setTextFormat(Qt::PlainText);
    words->setTextInteractionFlags(kSelectable);
    words->setWordWrap(true);
    auto* button = new QPushButton(tr("Break the cycle…"), this);
    button->setObjectName(QStringLiteral("breakCycle"));
    setFlag(button, "danger");
    connect(button, &QPushButton::clicked, this,
            [this, place] { emit breakRequested(rows_[place].lease, whyThisOne()); });
    grid_->addWidget(words, static_cast<int>(place), 0);
    grid_->addWidget(button, static_cast<int>(place), 1, Qt::AlignVCenter);
    rows_.push_back({words, button});
  }
}

void CyclesNote::set(ShownPicture& picture) {
  const std::vector<WaitCycle> cycles = picture.cycles();
  const std::size_t named = std::min(cycles.size(), kMostNamed);
  grow(named);
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    rows_[i].words->setVisible(i < named);
    rows_[i].breakOpen->setVisible(i < named);
    if (i >= named) continue;
    setRole(rows_[i].words,
            cycles[i].confidence == Confidence::Proven ? LabelRole::BadNote : LabelRole::Note);
    rows_[i].words->setText(cycleText(cycles[i], *picture.locks(), picture.book()));
    rows_[i].lease = leastHarmfulRevoke(cycles[i], [&](LeaseId lease) { return picture.book().find(lease); });
    rows_[i].breakOpen->setToolTip(
        tr("Asks to revoke lease %1. %2").arg(leaseText(rows_[i].lease), whyThisOne()));
  }
  const auto more = static_cast<qint64>(cycles.size() - named);
  more_->setVisible(more > 0);
  more_->setText(more == 1 ? tr("… and 1 more deadlock")
                           : tr("… and %1 more deadlocks").arg(countText(more)));
  setVisible(!cycles.empty());
}

}  // namespace leasescope::ui
