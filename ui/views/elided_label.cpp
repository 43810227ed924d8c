#include "ui/views/elided_label.h"

#include <QEvent>
#include <QTextLayout>

namespace leasescope::ui {

ElidedLabel::ElidedLabel(QWidget* parent) : QLabel(parent) {
  setTextFormat(Qt::PlainText);
  setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
}

void ElidedLabel::setWholeText(const QString& text) {
  if (whole_ == text) return;
  whole_ = text;
  elide();
}

void ElidedLabel::setElideMode(Qt::TextElideMode mode) {
  mode_ = mode;
  elide();
}

QSize ElidedLabel::minimumSizeHint() const { return {0, QLabel::minimumSizeHint().height()}; }

void ElidedLabel::setMostRows(int rows) {
  mostRows_ = rows;
  elide();
}

void ElidedLabel::elide() {
  QStringList rows;
  bool whole = true;
  for (const QString& line : whole_.split(u'\n')) whole = addFitting(rows, line) && whole;
  setText(rows.join(u'\n'));
  setToolTip(whole ? QString() : whole_);
}

/// False when something of the line had to be left out: the last row has all that is left, elided.
bool ElidedLabel::addFitting(QStringList& rows, const QString& line) const {
  QTextLayout layout(line, font());
  layout.setTextOption([] {
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    return option;
  }());
  QString rest = line;
  layout.beginLayout();
  for (int row = 1; row < mostRows_ && width() > 0; ++row) {
    QTextLine broken = layout.createLine();
    if (!broken.isValid()) break;
    broken.setLineWidth(width());
    const int end = broken.textStart() + broken.textLength();
    if (end >= line.size()) break;
    rows += line.mid(broken.textStart(), broken.textLength()).trimmed();
    rest = line.mid(end);
  }
  layout.endLayout();
  rows += fontMetrics().elidedText(rest, mode_, width());
  return rows.back() == rest;
}

void ElidedLabel::resizeEvent(QResizeEvent* event) {
  QLabel::resizeEvent(event);
  elide();
}

void ElidedLabel::changeEvent(QEvent* event) {
  QLabel::changeEvent(event);
  if (event->type() == QEvent::FontChange) elide();
}

}  // namespace leasescope::ui
