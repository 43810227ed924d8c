#include "ui/views/elided_label.h"

#include <QEvent>

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

void ElidedLabel::elide() {
  QStringList lines = whole_.split(u'\n');
  for (QString& line : lines) line = fontMetrics().elidedText(line, mode_, width());
  const QString fitting = lines.join(u'\n');
  setText(fitting);
  setToolTip(fitting == whole_ ? QString() : whole_);
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
