"""WhatsApp's Cloud API. Facts: https://developers.facebook.com/docs/whatsapp/cloud-api"""
