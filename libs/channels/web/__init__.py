"""The shop's own site: chat widget, contact form, and the mails that answer them."""
