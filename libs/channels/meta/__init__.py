"""What Messenger, Instagram and WhatsApp share. Facts: https://developers.facebook.com/docs/graph-api"""
