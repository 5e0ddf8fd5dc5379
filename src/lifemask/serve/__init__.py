"""The server: avatars over REST, WebSocket and WebRTC."""
