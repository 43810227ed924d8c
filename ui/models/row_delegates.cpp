#include "ui/models/row_delegates.h"

#include <QFontMetricsF>
#include <QPainter>

#include "ui/models/cell_geometry.h"
#include "ui/models/row_roles.h"
#include "ui/theme/theme.h"

namespace leasescope::ui {
namespace {

constexpr double kBarRadius = 4;
constexpr double kSmallText = 0.82;

bool isEnabled(const QStyleOptionViewItem& option) { return option.state.testFlag(QStyle::State_Enabled); }

QColor textColour(const QStyleOptionViewItem& option, const QModelIndex& index) {
  const QVariant own = index.data(Qt::ForegroundRole);
  return own.isValid() && isEnabled(option) ? own.value<QColor>() : option.palette.color(QPalette::Text);
}

void drawText(QPainter* painter, const QRectF& rect, const QModelIndex& index, int alignment,
              Qt::TextElideMode elide = Qt::ElideMiddle) {
  const QString text = index.data(Qt::DisplayRole).toString();
  const QString fitting = painter->fontMetrics().elidedText(text, elide, static_cast<int>(rect.width()));
  painter->drawText(rect, alignment | Qt::TextSingleLine, fitting);
}

void fillRounded(QPainter* painter, const QRectF& rect, const QColor& colour) {
  painter->setPen(Qt::NoPen);
  painter->setBrush(colour);
  painter->drawRoundedRect(rect, kBarRadius, kBarRadius);
}

Tone toneOf(const QStyleOptionViewItem& option, const QModelIndex& index) {
  return isEnabled(option) ? static_cast<Tone>(index.data(ToneRole).toInt()) : Tone::Neutral;
}

void drawBar(QPainter* painter, const TtlBarGeometry& geometry, Tone tone) {
  painter->setRenderHint(QPainter::Antialiasing);
  fillRounded(painter, geometry.bar, colours().line);
  painter->setClipRect(geometry.fill);
  fillRounded(painter, geometry.bar, colours().back(tone));
  painter->setClipping(false);
}

}  // namespace

void RowDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                        const QModelIndex& index) const {
  const QVariant font = index.data(Qt::FontRole);
  painter->save();
  painter->setFont(font.isValid() ? font.value<QFont>() : option.font);
  painter->setPen(textColour(option, index));
  drawText(painter, textRect(option.rect), index, index.data(Qt::TextAlignmentRole).toInt(),
           option.textElideMode);
  painter->restore();
}

QSize RowDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
  return {QStyledItemDelegate::sizeHint(option, index).width(), kRowHeight};
}

void TtlBarDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                           const QModelIndex& index) const {
  const QVariant fraction = index.data(FractionRole);
  painter->save();
  if (fraction.isValid()) {
    const TtlBarGeometry geometry(option.rect, fraction.toDouble());
    drawBar(painter, geometry, toneOf(option, index));
    painter->setFont(scaled(kSmallText));
    painter->setPen(option.palette.color(QPalette::Text));
    // "9 m 36 s / 10 m 0 s": if there is no room for both, what is left.
    const QString text = index.data(Qt::DisplayRole).toString();
    const bool fits = painter->fontMetrics().horizontalAdvance(text) <= geometry.text.width();
    painter->drawText(geometry.text, Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine,
                      fits ? text : text.section(QStringLiteral(" / "), 0, 0));
  } else {
    painter->setPen(colours().muted);
    drawText(painter, textRect(option.rect), index, Qt::AlignLeft | Qt::AlignVCenter);
  }
  painter->restore();
}

void StateTagDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                             const QModelIndex& index) const {
  if (index.parent().isValid()) {
    RowDelegate::paint(painter, option, index);
    return;
  }
  QFont font = scaled(kSmallText);
  font.setWeight(QFont::DemiBold);
  const QString word = index.data(Qt::DisplayRole).toString();
  const TagGeometry geometry(option.rect, QFontMetricsF(font).size(Qt::TextSingleLine, word));
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  const Tone tone = toneOf(option, index);
  fillRounded(painter, geometry.tag, colours().back(tone));
  painter->setFont(font);
  painter->setPen(colours().text(tone));
  drawText(painter, geometry.text, index, Qt::AlignCenter);
  painter->restore();
}

}  // namespace leasescope::ui
