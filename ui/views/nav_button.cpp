#include "ui/views/nav_button.h"

#include <QPainter>

#include "ui/theme/theme.h"

namespace leasescope::ui {
namespace {

constexpr int kHeight = 32;
constexpr int kWidth = 180;
constexpr int kPadding = 10;
constexpr int kIconSize = 16;
constexpr int kRadius = 6;

}  // namespace

NavButton::NavButton(const QString& iconName, const QString& title, QWidget* parent)
    : QAbstractButton(parent) {
  setCheckable(true);
  setAutoExclusive(true);
  setText(title);
  setIcon(ui::icon(iconName));
  setCursor(Qt::PointingHandCursor);
}

void NavButton::setCount(const QString& count, Tone tone) {
  if (count_ == count && tone_ == tone) return;
  count_ = count;
  tone_ = tone;
  setAccessibleDescription(count);
  update();
}

QSize NavButton::sizeHint() const { return {kWidth, kHeight}; }

void NavButton::enterEvent(QEnterEvent*) { update(); }

void NavButton::leaveEvent(QEvent*) { update(); }

void NavButton::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const bool lit = isChecked() || underMouse();
  if (lit || hasFocus()) {
    painter.setPen(hasFocus() && !isChecked() ? QPen(colours().accent) : QPen(Qt::NoPen));
    painter.setBrush(isChecked() ? colours().selection : colours().line);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), kRadius, kRadius);
  }
  const QRect room = rect().adjusted(kPadding, 0, -kPadding, 0);
  icon().paint(&painter, QRect(room.left(), (height() - kIconSize) / 2, kIconSize, kIconSize),
               Qt::AlignCenter, isChecked() ? QIcon::Selected : QIcon::Normal);
  QFont font = scaled(1);
  painter.setFont(font);
  painter.setPen(tone_ == Tone::Neutral ? colours().muted : colours().text(tone_));
  if (tone_ != Tone::Neutral) font.setWeight(QFont::DemiBold);
  painter.setFont(font);
  painter.drawText(room, Qt::AlignRight | Qt::AlignVCenter, count_);
  font.setWeight(isChecked() ? QFont::DemiBold : QFont::Normal);
  painter.setFont(font);
  painter.setPen(isChecked() ? colours().accent : palette().color(QPalette::Text));
  painter.drawText(room.adjusted(kIconSize + kPadding, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, text());
}

}  // namespace leasescope::ui
