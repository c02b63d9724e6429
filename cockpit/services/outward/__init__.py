"""对外推送: other systems subscribe to the facts of a scope; an outbox keeps the order, a courier delivers it."""
