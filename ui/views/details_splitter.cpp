#include "ui/views/details_splitter.h"

#include <QLabel>
#include <QSettings>
#include <QStackedWidget>

#include "ui/theme/theme.h"

namespace leasescope::ui {
namespace {

constexpr int kDetailsWidth = 430;
constexpr int kTableWidth = 734;
constexpr int kLeastTableWidth = 320;
constexpr int kLeastDetailsWidth = 376;  // three buttons beside each other

QWidget* makeHint(const QString& text, QWidget* parent) {
  auto* hint = new QLabel(text, parent);
  hint->setAlignment(Qt::AlignCenter);
  hint->setWordWrap(true);
  hint->setMargin(24);
  setRole(hint, LabelRole::Muted);
  return hint;
}

}  // namespace

DetailsSplitter::DetailsSplitter(QWidget* table, QWidget* details, const QString& hint, QWidget* parent)
    : QSplitter(Qt::Horizontal, parent), side_(new QStackedWidget(this)) {
  side_->addWidget(makeHint(hint, side_));
  side_->addWidget(details);
  side_->setMinimumWidth(kLeastDetailsWidth);
  table->setMinimumWidth(kLeastTableWidth);
  addWidget(table);
  addWidget(side_);
  setStretchFactor(0, 2);  // in a narrow window both become narrower
  setStretchFactor(1, 1);
  setChildrenCollapsible(false);
  setHandleWidth(3);
  setSizes({kTableWidth, kDetailsWidth});
}

void DetailsSplitter::setSomethingSelected(bool something) { side_->setCurrentIndex(something ? 1 : 0); }

void DetailsSplitter::save(QSettings& settings, const QString& page) const {
  settings.setValue(page + QStringLiteral("/splitter"), saveState());
}

void DetailsSplitter::restore(QSettings& settings, const QString& page) {
  restoreState(settings.value(page + QStringLiteral("/splitter")).toByteArray());
}

}  // namespace leasescope::ui
