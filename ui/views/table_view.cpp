#include "ui/views/table_view.h"

#include <algorithm>
#include <utility>

#include <QAction>
#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QPainter>
#include <QSettings>

#include "ui/models/row_delegates.h"
#include "ui/models/row_roles.h"
#include "ui/models/row_text.h"
#include "ui/theme/theme.h"

namespace leasescope::ui {
namespace {

constexpr int kTickMilliseconds = 250;
constexpr int kIndentation = 20;
constexpr int kChevron = 14;
constexpr int kFocusWidth = 3;

void addOnce(std::vector<etcd::LeaseId>& leases, const QModelIndex& index) {
  const auto lease = static_cast<etcd::LeaseId>(index.data(LeaseRole).toLongLong());
  if (lease != etcd::kNoLease && std::ranges::find(leases, lease) == leases.end()) leases.push_back(lease);
}

/// Says the order beside the name and keeps room for both: the style's own arrow may lie on the name.
class SortHeader : public QHeaderView {
 public:
  explicit SortHeader(QWidget* parent) : QHeaderView(Qt::Horizontal, parent) {
    setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    connect(this, &QHeaderView::sortIndicatorChanged, this, [this](int column) {
      if (column >= 0) resizeSection(column, std::max(sectionSize(column), sectionSizeHint(column)));
    });
  }

 protected:
  void initStyleOptionForIndex(QStyleOptionHeader* option, int column) const override {
    QHeaderView::initStyleOptionForIndex(option, column);
    if (option->sortIndicator == QStyleOptionHeader::None) return;
    option->sortIndicator = QStyleOptionHeader::None;
    option->text += sortIndicatorOrder() == Qt::AscendingOrder ? u" ↑" : u" ↓";
  }
  QSize sectionSizeFromContents(int column) const override {
    QStyleOptionHeaderV2 option;
    initStyleOption(&option);
    initStyleOptionForIndex(&option, column);
    return style()->sizeFromContents(QStyle::CT_HeaderSection, &option, {}, this);
  }
};

}  // namespace

TableView::TableView(QAbstractItemModel* model, Qt::ShortcutContext reach, QWidget* parent)
    : QTreeView(parent), reach_(reach) {
  setHeader(new SortHeader(this));
  setModel(model);
  setItemDelegate(new RowDelegate(this));
  setRootIsDecorated(false);
  setTextElideMode(Qt::ElideMiddle);  // keys differ at both ends
  setUniformRowHeights(true);
  setSelectionMode(ExtendedSelection);
  setSelectionBehavior(SelectRows);
  setEditTriggers(NoEditTriggers);
  setSortingEnabled(true);
  setIndentation(kIndentation);
  setHorizontalScrollMode(ScrollPerPixel);
  setContextMenuPolicy(Qt::ActionsContextMenu);
  setFrameShape(NoFrame);
  header()->setHighlightSections(false);
  header()->setSectionsMovable(false);
  header()->setStretchLastSection(true);
  tick_.setInterval(kTickMilliseconds);
  connect(&tick_, &QTimer::timeout, this, [this] {
    viewport()->update();
    emit ticked();
  });
  addCommand(QStringLiteral("copy"), tr("Copy rows"), QKeySequence::Copy, [this] { copySelection(); });
}

QAction* TableView::addCommand(const QString& iconName, const QString& text, const QKeySequence& keys,
                               std::function<void()> run) {
  auto* action = new QAction(icon(iconName), text, this);
  action->setShortcut(keys);
  action->setShortcutContext(reach_);
  action->setAutoRepeat(false);
  connect(action, &QAction::triggered, this, std::move(run));
  addAction(action);
  return action;
}

void TableView::setColumnWidths(std::span<const ColumnWidth> widths) {
  for (const auto& [column, width] : widths) setColumnWidth(column, width);
}

void TableView::saveColumns(QSettings& settings, const QString& page) const {
  settings.setValue(page + QStringLiteral("/columns"), header()->saveState());
}

void TableView::restoreColumns(QSettings& settings, const QString& page) {
  header()->restoreState(settings.value(page + QStringLiteral("/columns")).toByteArray());
}

void TableView::setStale(bool stale) {
  if (stale_ == stale) return;
  stale_ = stale;
  applyColours();
}

void TableView::applyColours() {
  QPalette own;
  if (stale_) own.setColor(QPalette::Text, colours().muted);
  if (own != palette() || !stale_) setPalette(own);
}

void TableView::changeEvent(QEvent* event) {
  QTreeView::changeEvent(event);
  if (event->type() == QEvent::ThemeChange || event->type() == QEvent::StyleChange) applyColours();
}

std::vector<etcd::LeaseId> TableView::visibleLeases() const {
  std::vector<etcd::LeaseId> leases;
  const int bottom = viewport()->height();
  for (QModelIndex row = indexAt({0, 0}); row.isValid() && visualRect(row).top() < bottom;
       row = indexBelow(row)) {
    addOnce(leases, row);
  }
  return leases;
}

std::vector<etcd::LeaseId> TableView::selectedLeases() const {
  std::vector<etcd::LeaseId> leases;
  QItemSelection ranges = selectionModel()->selection();
  std::ranges::sort(ranges, {}, [](const QItemSelectionRange& range) { return range.top(); });
  for (const QItemSelectionRange& range : ranges) {
    for (int row = range.top(); row <= range.bottom() && leases.size() < kMostSelected; ++row) {
      addOnce(leases, model()->index(row, 0, range.parent()));
    }
  }
  return leases;
}

qint64 TableView::selectedRowCount() const {
  const QItemSelection ranges = selectionModel()->selection();
  qint64 count = 0;
  for (const QItemSelectionRange& range : ranges) count += range.height();
  return count;
}

QModelIndex TableView::selectedRow() const {
  const QModelIndex current = selectionModel()->currentIndex();
  if (current.isValid() && selectionModel()->isRowSelected(current.row(), current.parent())) {
    return current.siblingAtColumn(0);
  }
  const QItemSelection ranges = selectionModel()->selection();
  return ranges.isEmpty() ? QModelIndex() : QModelIndex(ranges.front().topLeft()).siblingAtColumn(0);
}

void TableView::choose(const QModelIndex& row) {
  touched_ = false;
  selectionModel()->setCurrentIndex(row, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
}

void TableView::copySelection() const {
  const QModelIndexList rows = selectionModel()->selectedRows();
  if (!rows.isEmpty()) QGuiApplication::clipboard()->setText(rowsAsText(*model(), rows));
}

void TableView::keyPressEvent(QKeyEvent* event) {
  touched_ = true;
  QTreeView::keyPressEvent(event);
}

void TableView::mousePressEvent(QMouseEvent* event) {
  touched_ = true;
  QTreeView::mousePressEvent(event);
}

void TableView::dataChanged(const QModelIndex&, const QModelIndex&, const QList<int>&) {
  viewport()->update();
}

/// Delegates give disabled cells no colour of their own.
void TableView::initViewItemOption(QStyleOptionViewItem* option) const {
  QTreeView::initViewItemOption(option);
  if (stale_) option->state &= ~QStyle::State_Enabled;
}

void TableView::drawRow(QPainter* painter, const QStyleOptionViewItem& option,
                        const QModelIndex& index) const {
  const bool selected = selectionModel()->isRowSelected(index.row(), index.parent());
  if (selected) painter->fillRect(option.rect, colours().selection);
  QTreeView::drawRow(painter, option, index);
  const bool current = index.row() == currentIndex().row() && index.parent() == currentIndex().parent();
  if (current && hasFocus()) {
    painter->fillRect(QRect(option.rect.topLeft(), QSize(kFocusWidth, option.rect.height())),
                      colours().accent);
  }
  painter->setPen(colours().line);
  painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
}

void TableView::drawBranches(QPainter* painter, const QRect& rect, const QModelIndex& index) const {
  if (!model()->hasChildren(index)) return;
  QRect box(0, 0, kChevron, kChevron);
  box.moveCenter({rect.right() - kIndentation / 2 + 2, rect.center().y()});
  icon(isExpanded(index) ? QStringLiteral("chevron-down") : QStringLiteral("chevron-right"))
      .paint(painter, box);
}

void TableView::showEvent(QShowEvent* event) {
  QTreeView::showEvent(event);
  tick_.start();
}

void TableView::hideEvent(QHideEvent* event) {
  QTreeView::hideEvent(event);
  tick_.stop();
}

void TableView::selectionChanged(const QItemSelection& selected, const QItemSelection& deselected) {
  QTreeView::selectionChanged(selected, deselected);
  emit selectionMoved();
}

}  // namespace leasescope::ui
