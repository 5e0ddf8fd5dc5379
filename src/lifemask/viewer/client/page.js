function e(e){let n=document.getElementById(e),r=n?.textContent?.trim();return!n||!r?null:(n.remove(),t(r))}function t(e){let t=Uint8Array.fromBase64;if(t)return t(e).buffer;let n=atob(e),r=new Uint8Array(n.length);for(let e=0;e<n.length;e++)r[e]=n.charCodeAt(e);return r.buffer}var n=1e3,r=1001,i=1002,a=1003,o=1006,s=1008,c=1009,l=1012,u=1014,d=1015,f=1016,p=1017,m=1018,h=1020,g=1023,_=1026,v=1027,y=1029,b=1030,x=1031,S=1033,C=2300,w=2301,T=2302,E=2303,D=2400,O=2401,ee=2402,k=`srgb`,te=`srgb-linear`,A=`linear`,j=`srgb`,M=7680,N=`300 es`,ne=2e3;function P(e){for(let t=e.length-1;t>=0;--t)if(e[t]>=65535)return!0;return!1}function F(e){return ArrayBuffer.isView(e)&&!(e instanceof DataView)}function re(e){return document.createElementNS(`http://www.w3.org/1999/xhtml`,e)}function ie(){let e=re(`canvas`);return e.style.display=`block`,e}var I={};function ae(...e){let t=`THREE.`+e.shift();console.log(t,...e)}function oe(e){let t=e[0];if(typeof t==`string`&&t.startsWith(`TSL:`)){let t=e[1];t&&t.isStackTrace?e[0]+=` `+t.getLocation():e[1]=`Stack trace not available. Enable "THREE.Node.captureStackTrace" to capture stack traces.`}return e}function L(...e){e=oe(e);let t=`THREE.`+e.shift();{let n=e[0];n&&n.isStackTrace?console.warn(n.getError(t)):console.warn(t,...e)}}function R(...e){e=oe(e);let t=`THREE.`+e.shift();{let n=e[0];n&&n.isStackTrace?console.error(n.getError(t)):console.error(t,...e)}}function se(...e){let t=e.join(` `);t in I||(I[t]=!0,L(...e))}function ce(e,t,n){return new Promise(function(r,i){function a(){switch(e.clientWaitSync(t,e.SYNC_FLUSH_COMMANDS_BIT,0)){case e.WAIT_FAILED:i();break;case e.TIMEOUT_EXPIRED:setTimeout(a,n);break;default:r()}}setTimeout(a,n)})}var le={0:0,2:6,4:4,3:5,1:1,6:2,7:7,5:3},ue=class{addEventListener(e,t){this._listeners===void 0&&(this._listeners={});let n=this._listeners;n[e]===void 0&&(n[e]=[]),n[e].indexOf(t)===-1&&n[e].push(t)}hasEventListener(e,t){let n=this._listeners;return n!==void 0&&n[e]!==void 0&&n[e].indexOf(t)!==-1}removeEventListener(e,t){let n=this._listeners;if(n===void 0)return;let r=n[e];if(r!==void 0){let e=r.indexOf(t);e!==-1&&r.splice(e,1)}}dispatchEvent(e){let t=this._listeners;if(t===void 0)return;let n=t[e.type];if(n!==void 0){e.target=this;let t=n.slice(0);for(let n=0,r=t.length;n<r;n++)t[n].call(this,e);e.target=null}}},de=`00.01.02.03.04.05.06.07.08.09.0a.0b.0c.0d.0e.0f.10.11.12.13.14.15.16.17.18.19.1a.1b.1c.1d.1e.1f.20.21.22.23.24.25.26.27.28.29.2a.2b.2c.2d.2e.2f.30.31.32.33.34.35.36.37.38.39.3a.3b.3c.3d.3e.3f.40.41.42.43.44.45.46.47.48.49.4a.4b.4c.4d.4e.4f.50.51.52.53.54.55.56.57.58.59.5a.5b.5c.5d.5e.5f.60.61.62.63.64.65.66.67.68.69.6a.6b.6c.6d.6e.6f.70.71.72.73.74.75.76.77.78.79.7a.7b.7c.7d.7e.7f.80.81.82.83.84.85.86.87.88.89.8a.8b.8c.8d.8e.8f.90.91.92.93.94.95.96.97.98.99.9a.9b.9c.9d.9e.9f.a0.a1.a2.a3.a4.a5.a6.a7.a8.a9.aa.ab.ac.ad.ae.af.b0.b1.b2.b3.b4.b5.b6.b7.b8.b9.ba.bb.bc.bd.be.bf.c0.c1.c2.c3.c4.c5.c6.c7.c8.c9.ca.cb.cc.cd.ce.cf.d0.d1.d2.d3.d4.d5.d6.d7.d8.d9.da.db.dc.dd.de.df.e0.e1.e2.e3.e4.e5.e6.e7.e8.e9.ea.eb.ec.ed.ee.ef.f0.f1.f2.f3.f4.f5.f6.f7.f8.f9.fa.fb.fc.fd.fe.ff`.split(`.`),fe=Math.PI/180,pe=180/Math.PI;function me(){let e=Math.random()*4294967295|0,t=Math.random()*4294967295|0,n=Math.random()*4294967295|0,r=Math.random()*4294967295|0;return(de[e&255]+de[e>>8&255]+de[e>>16&255]+de[e>>24&255]+`-`+de[t&255]+de[t>>8&255]+`-`+de[t>>16&15|64]+de[t>>24&255]+`-`+de[n&63|128]+de[n>>8&255]+`-`+de[n>>16&255]+de[n>>24&255]+de[r&255]+de[r>>8&255]+de[r>>16&255]+de[r>>24&255]).toLowerCase()}function z(e,t,n){return Math.max(t,Math.min(n,e))}function he(e,t){return(e%t+t)%t}function ge(e,t,n){return(1-n)*e+n*t}function _e(e){return 2**Math.floor(Math.log(e)/Math.LN2)}function ve(e){switch(e.constructor){case Uint32Array:return 4294967295;case Uint16Array:return 65535;case Uint8Array:case Uint8ClampedArray:return 255;case Int32Array:return 2147483647;case Int16Array:return 32767;case Int8Array:return 127;default:return}}function ye(e,t){if(t.constructor===Float32Array)return e;let n=ve(t);if(n===void 0)throw Error(`THREE.MathUtils: Invalid component type.`);return Math.max(e/n,-1)}function be(e,t){if(t.constructor===Float32Array)return e;let n=ve(t);if(n===void 0)throw Error(`THREE.MathUtils: Invalid component type.`);return Math.round(e*n)}var B=class{static{this.prototype.isVector2=!0}constructor(e=0,t=0){this.x=e,this.y=t}get width(){return this.x}set width(e){this.x=e}get height(){return this.y}set height(e){this.y=e}set(e,t){return this.x=e,this.y=t,this}setScalar(e){return this.x=e,this.y=e,this}setX(e){return this.x=e,this}setY(e){return this.y=e,this}setComponent(e,t){switch(e){case 0:this.x=t;break;case 1:this.y=t;break;default:throw Error(`THREE.Vector2: index is out of range: `+e)}return this}getComponent(e){switch(e){case 0:return this.x;case 1:return this.y;default:throw Error(`THREE.Vector2: index is out of range: `+e)}}clone(){return new this.constructor(this.x,this.y)}copy(e){return this.x=e.x,this.y=e.y,this}add(e){return this.x+=e.x,this.y+=e.y,this}addScalar(e){return this.x+=e,this.y+=e,this}addVectors(e,t){return this.x=e.x+t.x,this.y=e.y+t.y,this}addScaledVector(e,t){return this.x+=e.x*t,this.y+=e.y*t,this}sub(e){return this.x-=e.x,this.y-=e.y,this}subScalar(e){return this.x-=e,this.y-=e,this}subVectors(e,t){return this.x=e.x-t.x,this.y=e.y-t.y,this}multiply(e){return this.x*=e.x,this.y*=e.y,this}multiplyScalar(e){return this.x*=e,this.y*=e,this}divide(e){return this.x/=e.x,this.y/=e.y,this}divideScalar(e){return this.multiplyScalar(1/e)}applyMatrix3(e){let t=this.x,n=this.y,r=e.elements;return this.x=r[0]*t+r[3]*n+r[6],this.y=r[1]*t+r[4]*n+r[7],this}min(e){return this.x=Math.min(this.x,e.x),this.y=Math.min(this.y,e.y),this}max(e){return this.x=Math.max(this.x,e.x),this.y=Math.max(this.y,e.y),this}clamp(e,t){return this.x=z(this.x,e.x,t.x),this.y=z(this.y,e.y,t.y),this}clampScalar(e,t){return this.x=z(this.x,e,t),this.y=z(this.y,e,t),this}clampLength(e,t){let n=this.length();return this.divideScalar(n||1).multiplyScalar(z(n,e,t))}floor(){return this.x=Math.floor(this.x),this.y=Math.floor(this.y),this}ceil(){return this.x=Math.ceil(this.x),this.y=Math.ceil(this.y),this}round(){return this.x=Math.round(this.x),this.y=Math.round(this.y),this}roundToZero(){return this.x=Math.trunc(this.x),this.y=Math.trunc(this.y),this}negate(){return this.x=-this.x,this.y=-this.y,this}dot(e){return this.x*e.x+this.y*e.y}cross(e){return this.x*e.y-this.y*e.x}lengthSq(){return this.x*this.x+this.y*this.y}length(){return Math.sqrt(this.x*this.x+this.y*this.y)}manhattanLength(){return Math.abs(this.x)+Math.abs(this.y)}normalize(){return this.divideScalar(this.length()||1)}angle(){return Math.atan2(-this.y,-this.x)+Math.PI}angleTo(e){let t=Math.sqrt(this.lengthSq()*e.lengthSq());if(t===0)return Math.PI/2;let n=this.dot(e)/t;return Math.acos(z(n,-1,1))}distanceTo(e){return Math.sqrt(this.distanceToSquared(e))}distanceToSquared(e){let t=this.x-e.x,n=this.y-e.y;return t*t+n*n}manhattanDistanceTo(e){return Math.abs(this.x-e.x)+Math.abs(this.y-e.y)}setLength(e){return this.normalize().multiplyScalar(e)}lerp(e,t){return this.x+=(e.x-this.x)*t,this.y+=(e.y-this.y)*t,this}lerpVectors(e,t,n){return this.x=e.x+(t.x-e.x)*n,this.y=e.y+(t.y-e.y)*n,this}equals(e){return e.x===this.x&&e.y===this.y}fromArray(e,t=0){return this.x=e[t],this.y=e[t+1],this}toArray(e=[],t=0){return e[t]=this.x,e[t+1]=this.y,e}fromBufferAttribute(e,t){return this.x=e.getX(t),this.y=e.getY(t),this}rotateAround(e,t){let n=Math.cos(t),r=Math.sin(t),i=this.x-e.x,a=this.y-e.y;return this.x=i*n-a*r+e.x,this.y=i*r+a*n+e.y,this}random(){return this.x=Math.random(),this.y=Math.random(),this}*[Symbol.iterator](){yield this.x,yield this.y}},xe=class{constructor(e=0,t=0,n=0,r=1){this.isQuaternion=!0,this._x=e,this._y=t,this._z=n,this._w=r}static slerpFlat(e,t,n,r,i,a,o){let s=n[r+0],c=n[r+1],l=n[r+2],u=n[r+3],d=i[a+0],f=i[a+1],p=i[a+2],m=i[a+3];if(u!==m||s!==d||c!==f||l!==p){let e=s*d+c*f+l*p+u*m;e<0&&(d=-d,f=-f,p=-p,m=-m,e=-e);let t=1-o;if(e<.9995){let n=Math.acos(e),r=Math.sin(n);t=Math.sin(t*n)/r,o=Math.sin(o*n)/r,s=s*t+d*o,c=c*t+f*o,l=l*t+p*o,u=u*t+m*o}else{s=s*t+d*o,c=c*t+f*o,l=l*t+p*o,u=u*t+m*o;let e=1/Math.sqrt(s*s+c*c+l*l+u*u);s*=e,c*=e,l*=e,u*=e}}e[t]=s,e[t+1]=c,e[t+2]=l,e[t+3]=u}static multiplyQuaternionsFlat(e,t,n,r,i,a){let o=n[r],s=n[r+1],c=n[r+2],l=n[r+3],u=i[a],d=i[a+1],f=i[a+2],p=i[a+3];return e[t]=o*p+l*u+s*f-c*d,e[t+1]=s*p+l*d+c*u-o*f,e[t+2]=c*p+l*f+o*d-s*u,e[t+3]=l*p-o*u-s*d-c*f,e}get x(){return this._x}set x(e){this._x=e,this._onChangeCallback()}get y(){return this._y}set y(e){this._y=e,this._onChangeCallback()}get z(){return this._z}set z(e){this._z=e,this._onChangeCallback()}get w(){return this._w}set w(e){this._w=e,this._onChangeCallback()}set(e,t,n,r){return this._x=e,this._y=t,this._z=n,this._w=r,this._onChangeCallback(),this}clone(){return new this.constructor(this._x,this._y,this._z,this._w)}copy(e){return this._x=e.x,this._y=e.y,this._z=e.z,this._w=e.w,this._onChangeCallback(),this}setFromEuler(e,t=!0){let n=e._x,r=e._y,i=e._z,a=e._order,o=Math.cos,s=Math.sin,c=o(n/2),l=o(r/2),u=o(i/2),d=s(n/2),f=s(r/2),p=s(i/2);switch(a){case`XYZ`:this._x=d*l*u+c*f*p,this._y=c*f*u-d*l*p,this._z=c*l*p+d*f*u,this._w=c*l*u-d*f*p;break;case`YXZ`:this._x=d*l*u+c*f*p,this._y=c*f*u-d*l*p,this._z=c*l*p-d*f*u,this._w=c*l*u+d*f*p;break;case`ZXY`:this._x=d*l*u-c*f*p,this._y=c*f*u+d*l*p,this._z=c*l*p+d*f*u,this._w=c*l*u-d*f*p;break;case`ZYX`:this._x=d*l*u-c*f*p,this._y=c*f*u+d*l*p,this._z=c*l*p-d*f*u,this._w=c*l*u+d*f*p;break;case`YZX`:this._x=d*l*u+c*f*p,this._y=c*f*u+d*l*p,this._z=c*l*p-d*f*u,this._w=c*l*u-d*f*p;break;case`XZY`:this._x=d*l*u-c*f*p,this._y=c*f*u-d*l*p,this._z=c*l*p+d*f*u,this._w=c*l*u+d*f*p;break;default:L(`Quaternion: .setFromEuler() encountered an unknown order: `+a)}return t===!0&&this._onChangeCallback(),this}setFromAxisAngle(e,t){let n=t/2,r=Math.sin(n);return this._x=e.x*r,this._y=e.y*r,this._z=e.z*r,this._w=Math.cos(n),this._onChangeCallback(),this}setFromRotationMatrix(e){let t=e.elements,n=t[0],r=t[4],i=t[8],a=t[1],o=t[5],s=t[9],c=t[2],l=t[6],u=t[10],d=n+o+u;if(d>0){let e=.5/Math.sqrt(d+1);this._w=.25/e,this._x=(l-s)*e,this._y=(i-c)*e,this._z=(a-r)*e}else if(n>o&&n>u){let e=2*Math.sqrt(1+n-o-u);this._w=(l-s)/e,this._x=.25*e,this._y=(r+a)/e,this._z=(i+c)/e}else if(o>u){let e=2*Math.sqrt(1+o-n-u);this._w=(i-c)/e,this._x=(r+a)/e,this._y=.25*e,this._z=(s+l)/e}else{let e=2*Math.sqrt(1+u-n-o);this._w=(a-r)/e,this._x=(i+c)/e,this._y=(s+l)/e,this._z=.25*e}return this._onChangeCallback(),this}setFromUnitVectors(e,t){let n=e.dot(t)+1;return n<1e-8?(n=0,Math.abs(e.x)>Math.abs(e.z)?(this._x=-e.y,this._y=e.x,this._z=0,this._w=n):(this._x=0,this._y=-e.z,this._z=e.y,this._w=n)):(this._x=e.y*t.z-e.z*t.y,this._y=e.z*t.x-e.x*t.z,this._z=e.x*t.y-e.y*t.x,this._w=n),this.normalize()}angleTo(e){return 2*Math.acos(Math.abs(z(this.dot(e),-1,1)))}rotateTowards(e,t){let n=this.angleTo(e);if(n===0)return this;let r=Math.min(1,t/n);return this.slerp(e,r),this}identity(){return this.set(0,0,0,1)}invert(){return this.conjugate()}conjugate(){return this._x*=-1,this._y*=-1,this._z*=-1,this._onChangeCallback(),this}dot(e){return this._x*e._x+this._y*e._y+this._z*e._z+this._w*e._w}lengthSq(){return this._x*this._x+this._y*this._y+this._z*this._z+this._w*this._w}length(){return Math.sqrt(this._x*this._x+this._y*this._y+this._z*this._z+this._w*this._w)}normalize(){let e=this.length();return e===0?(this._x=0,this._y=0,this._z=0,this._w=1):(e=1/e,this._x*=e,this._y*=e,this._z*=e,this._w*=e),this._onChangeCallback(),this}multiply(e){return this.multiplyQuaternions(this,e)}premultiply(e){return this.multiplyQuaternions(e,this)}multiplyQuaternions(e,t){let n=e._x,r=e._y,i=e._z,a=e._w,o=t._x,s=t._y,c=t._z,l=t._w;return this._x=n*l+a*o+r*c-i*s,this._y=r*l+a*s+i*o-n*c,this._z=i*l+a*c+n*s-r*o,this._w=a*l-n*o-r*s-i*c,this._onChangeCallback(),this}slerp(e,t){let n=e._x,r=e._y,i=e._z,a=e._w,o=this.dot(e);o<0&&(n=-n,r=-r,i=-i,a=-a,o=-o);let s=1-t;if(o<.9995){let e=Math.acos(o),c=Math.sin(e);s=Math.sin(s*e)/c,t=Math.sin(t*e)/c,this._x=this._x*s+n*t,this._y=this._y*s+r*t,this._z=this._z*s+i*t,this._w=this._w*s+a*t,this._onChangeCallback()}else this._x=this._x*s+n*t,this._y=this._y*s+r*t,this._z=this._z*s+i*t,this._w=this._w*s+a*t,this.normalize();return this}slerpQuaternions(e,t,n){return this.copy(e).slerp(t,n)}random(){let e=2*Math.PI*Math.random(),t=2*Math.PI*Math.random(),n=Math.random(),r=Math.sqrt(1-n),i=Math.sqrt(n);return this.set(r*Math.sin(e),r*Math.cos(e),i*Math.sin(t),i*Math.cos(t))}equals(e){return e._x===this._x&&e._y===this._y&&e._z===this._z&&e._w===this._w}fromArray(e,t=0){return this._x=e[t],this._y=e[t+1],this._z=e[t+2],this._w=e[t+3],this._onChangeCallback(),this}toArray(e=[],t=0){return e[t]=this._x,e[t+1]=this._y,e[t+2]=this._z,e[t+3]=this._w,e}fromBufferAttribute(e,t){return this._x=e.getX(t),this._y=e.getY(t),this._z=e.getZ(t),this._w=e.getW(t),this._onChangeCallback(),this}toJSON(){return this.toArray()}_onChange(e){return this._onChangeCallback=e,this}_onChangeCallback(){}*[Symbol.iterator](){yield this._x,yield this._y,yield this._z,yield this._w}},V=class{static{this.prototype.isVector3=!0}constructor(e=0,t=0,n=0){this.x=e,this.y=t,this.z=n}set(e,t,n){return n===void 0&&(n=this.z),this.x=e,this.y=t,this.z=n,this}setScalar(e){return this.x=e,this.y=e,this.z=e,this}setX(e){return this.x=e,this}setY(e){return this.y=e,this}setZ(e){return this.z=e,this}setComponent(e,t){switch(e){case 0:this.x=t;break;case 1:this.y=t;break;case 2:this.z=t;break;default:throw Error(`THREE.Vector3: index is out of range: `+e)}return this}getComponent(e){switch(e){case 0:return this.x;case 1:return this.y;case 2:return this.z;default:throw Error(`THREE.Vector3: index is out of range: `+e)}}clone(){return new this.constructor(this.x,this.y,this.z)}copy(e){return this.x=e.x,this.y=e.y,this.z=e.z,this}add(e){return this.x+=e.x,this.y+=e.y,this.z+=e.z,this}addScalar(e){return this.x+=e,this.y+=e,this.z+=e,this}addVectors(e,t){return this.x=e.x+t.x,this.y=e.y+t.y,this.z=e.z+t.z,this}addScaledVector(e,t){return this.x+=e.x*t,this.y+=e.y*t,this.z+=e.z*t,this}sub(e){return this.x-=e.x,this.y-=e.y,this.z-=e.z,this}subScalar(e){return this.x-=e,this.y-=e,this.z-=e,this}subVectors(e,t){return this.x=e.x-t.x,this.y=e.y-t.y,this.z=e.z-t.z,this}multiply(e){return this.x*=e.x,this.y*=e.y,this.z*=e.z,this}multiplyScalar(e){return this.x*=e,this.y*=e,this.z*=e,this}multiplyVectors(e,t){return this.x=e.x*t.x,this.y=e.y*t.y,this.z=e.z*t.z,this}applyEuler(e){return this.applyQuaternion(Ce.setFromEuler(e))}applyAxisAngle(e,t){return this.applyQuaternion(Ce.setFromAxisAngle(e,t))}applyMatrix3(e){let t=this.x,n=this.y,r=this.z,i=e.elements;return this.x=i[0]*t+i[3]*n+i[6]*r,this.y=i[1]*t+i[4]*n+i[7]*r,this.z=i[2]*t+i[5]*n+i[8]*r,this}applyNormalMatrix(e){return this.applyMatrix3(e).normalize()}applyMatrix4(e){let t=this.x,n=this.y,r=this.z,i=e.elements,a=1/(i[3]*t+i[7]*n+i[11]*r+i[15]);return this.x=(i[0]*t+i[4]*n+i[8]*r+i[12])*a,this.y=(i[1]*t+i[5]*n+i[9]*r+i[13])*a,this.z=(i[2]*t+i[6]*n+i[10]*r+i[14])*a,this}applyQuaternion(e){let t=this.x,n=this.y,r=this.z,i=e.x,a=e.y,o=e.z,s=e.w,c=2*(a*r-o*n),l=2*(o*t-i*r),u=2*(i*n-a*t);return this.x=t+s*c+a*u-o*l,this.y=n+s*l+o*c-i*u,this.z=r+s*u+i*l-a*c,this}project(e){return this.applyMatrix4(e.matrixWorldInverse).applyMatrix4(e.projectionMatrix)}unproject(e){return this.applyMatrix4(e.projectionMatrixInverse).applyMatrix4(e.matrixWorld)}transformDirection(e){let t=this.x,n=this.y,r=this.z,i=e.elements;return this.x=i[0]*t+i[4]*n+i[8]*r,this.y=i[1]*t+i[5]*n+i[9]*r,this.z=i[2]*t+i[6]*n+i[10]*r,this.normalize()}divide(e){return this.x/=e.x,this.y/=e.y,this.z/=e.z,this}divideScalar(e){return this.multiplyScalar(1/e)}min(e){return this.x=Math.min(this.x,e.x),this.y=Math.min(this.y,e.y),this.z=Math.min(this.z,e.z),this}max(e){return this.x=Math.max(this.x,e.x),this.y=Math.max(this.y,e.y),this.z=Math.max(this.z,e.z),this}clamp(e,t){return this.x=z(this.x,e.x,t.x),this.y=z(this.y,e.y,t.y),this.z=z(this.z,e.z,t.z),this}clampScalar(e,t){return this.x=z(this.x,e,t),this.y=z(this.y,e,t),this.z=z(this.z,e,t),this}clampLength(e,t){let n=this.length();return this.divideScalar(n||1).multiplyScalar(z(n,e,t))}floor(){return this.x=Math.floor(this.x),this.y=Math.floor(this.y),this.z=Math.floor(this.z),this}ceil(){return this.x=Math.ceil(this.x),this.y=Math.ceil(this.y),this.z=Math.ceil(this.z),this}round(){return this.x=Math.round(this.x),this.y=Math.round(this.y),this.z=Math.round(this.z),this}roundToZero(){return this.x=Math.trunc(this.x),this.y=Math.trunc(this.y),this.z=Math.trunc(this.z),this}negate(){return this.x=-this.x,this.y=-this.y,this.z=-this.z,this}dot(e){return this.x*e.x+this.y*e.y+this.z*e.z}lengthSq(){return this.x*this.x+this.y*this.y+this.z*this.z}length(){return Math.sqrt(this.x*this.x+this.y*this.y+this.z*this.z)}manhattanLength(){return Math.abs(this.x)+Math.abs(this.y)+Math.abs(this.z)}normalize(){return this.divideScalar(this.length()||1)}setLength(e){return this.normalize().multiplyScalar(e)}lerp(e,t){return this.x+=(e.x-this.x)*t,this.y+=(e.y-this.y)*t,this.z+=(e.z-this.z)*t,this}lerpVectors(e,t,n){return this.x=e.x+(t.x-e.x)*n,this.y=e.y+(t.y-e.y)*n,this.z=e.z+(t.z-e.z)*n,this}cross(e){return this.crossVectors(this,e)}crossVectors(e,t){let n=e.x,r=e.y,i=e.z,a=t.x,o=t.y,s=t.z;return this.x=r*s-i*o,this.y=i*a-n*s,this.z=n*o-r*a,this}projectOnVector(e){let t=e.lengthSq();if(t===0)return this.set(0,0,0);let n=e.dot(this)/t;return this.copy(e).multiplyScalar(n)}projectOnPlane(e){return Se.copy(this).projectOnVector(e),this.sub(Se)}reflect(e){return this.sub(Se.copy(e).multiplyScalar(2*this.dot(e)))}angleTo(e){let t=Math.sqrt(this.lengthSq()*e.lengthSq());if(t===0)return Math.PI/2;let n=this.dot(e)/t;return Math.acos(z(n,-1,1))}distanceTo(e){return Math.sqrt(this.distanceToSquared(e))}distanceToSquared(e){let t=this.x-e.x,n=this.y-e.y,r=this.z-e.z;return t*t+n*n+r*r}manhattanDistanceTo(e){return Math.abs(this.x-e.x)+Math.abs(this.y-e.y)+Math.abs(this.z-e.z)}setFromSpherical(e){return this.setFromSphericalCoords(e.radius,e.phi,e.theta)}setFromSphericalCoords(e,t,n){let r=Math.sin(t)*e;return this.x=r*Math.sin(n),this.y=Math.cos(t)*e,this.z=r*Math.cos(n),this}setFromCylindrical(e){return this.setFromCylindricalCoords(e.radius,e.theta,e.y)}setFromCylindricalCoords(e,t,n){return this.x=e*Math.sin(t),this.y=n,this.z=e*Math.cos(t),this}setFromMatrixPosition(e){let t=e.elements;return this.x=t[12],this.y=t[13],this.z=t[14],this}setFromMatrixScale(e){let t=this.setFromMatrixColumn(e,0).length(),n=this.setFromMatrixColumn(e,1).length(),r=this.setFromMatrixColumn(e,2).length();return this.x=t,this.y=n,this.z=r,this}setFromMatrixColumn(e,t){return this.fromArray(e.elements,t*4)}setFromMatrix3Column(e,t){return this.fromArray(e.elements,t*3)}setFromEuler(e){return this.x=e._x,this.y=e._y,this.z=e._z,this}setFromColor(e){return this.x=e.r,this.y=e.g,this.z=e.b,this}equals(e){return e.x===this.x&&e.y===this.y&&e.z===this.z}fromArray(e,t=0){return this.x=e[t],this.y=e[t+1],this.z=e[t+2],this}toArray(e=[],t=0){return e[t]=this.x,e[t+1]=this.y,e[t+2]=this.z,e}fromBufferAttribute(e,t){return this.x=e.getX(t),this.y=e.getY(t),this.z=e.getZ(t),this}random(){return this.x=Math.random(),this.y=Math.random(),this.z=Math.random(),this}randomDirection(){let e=Math.random()*Math.PI*2,t=Math.random()*2-1,n=Math.sqrt(1-t*t);return this.x=n*Math.cos(e),this.y=t,this.z=n*Math.sin(e),this}*[Symbol.iterator](){yield this.x,yield this.y,yield this.z}},Se=new V,Ce=new xe,H=class{static{this.prototype.isMatrix3=!0}constructor(e,t,n,r,i,a,o,s,c){this.elements=[1,0,0,0,1,0,0,0,1],e!==void 0&&this.set(e,t,n,r,i,a,o,s,c)}set(e,t,n,r,i,a,o,s,c){let l=this.elements;return l[0]=e,l[1]=r,l[2]=o,l[3]=t,l[4]=i,l[5]=s,l[6]=n,l[7]=a,l[8]=c,this}identity(){return this.set(1,0,0,0,1,0,0,0,1),this}copy(e){let t=this.elements,n=e.elements;return t[0]=n[0],t[1]=n[1],t[2]=n[2],t[3]=n[3],t[4]=n[4],t[5]=n[5],t[6]=n[6],t[7]=n[7],t[8]=n[8],this}extractBasis(e,t,n){return e.setFromMatrix3Column(this,0),t.setFromMatrix3Column(this,1),n.setFromMatrix3Column(this,2),this}setFromMatrix4(e){let t=e.elements;return this.set(t[0],t[4],t[8],t[1],t[5],t[9],t[2],t[6],t[10]),this}multiply(e){return this.multiplyMatrices(this,e)}premultiply(e){return this.multiplyMatrices(e,this)}multiplyMatrices(e,t){let n=e.elements,r=t.elements,i=this.elements,a=n[0],o=n[3],s=n[6],c=n[1],l=n[4],u=n[7],d=n[2],f=n[5],p=n[8],m=r[0],h=r[3],g=r[6],_=r[1],v=r[4],y=r[7],b=r[2],x=r[5],S=r[8];return i[0]=a*m+o*_+s*b,i[3]=a*h+o*v+s*x,i[6]=a*g+o*y+s*S,i[1]=c*m+l*_+u*b,i[4]=c*h+l*v+u*x,i[7]=c*g+l*y+u*S,i[2]=d*m+f*_+p*b,i[5]=d*h+f*v+p*x,i[8]=d*g+f*y+p*S,this}multiplyScalar(e){let t=this.elements;return t[0]*=e,t[3]*=e,t[6]*=e,t[1]*=e,t[4]*=e,t[7]*=e,t[2]*=e,t[5]*=e,t[8]*=e,this}determinant(){let e=this.elements,t=e[0],n=e[1],r=e[2],i=e[3],a=e[4],o=e[5],s=e[6],c=e[7],l=e[8];return t*a*l-t*o*c-n*i*l+n*o*s+r*i*c-r*a*s}invert(){let e=this.elements,t=e[0],n=e[1],r=e[2],i=e[3],a=e[4],o=e[5],s=e[6],c=e[7],l=e[8],u=l*a-o*c,d=o*s-l*i,f=c*i-a*s,p=t*u+n*d+r*f;if(p===0)return this.set(0,0,0,0,0,0,0,0,0);let m=1/p;return e[0]=u*m,e[1]=(r*c-l*n)*m,e[2]=(o*n-r*a)*m,e[3]=d*m,e[4]=(l*t-r*s)*m,e[5]=(r*i-o*t)*m,e[6]=f*m,e[7]=(n*s-c*t)*m,e[8]=(a*t-n*i)*m,this}transpose(){let e,t=this.elements;return e=t[1],t[1]=t[3],t[3]=e,e=t[2],t[2]=t[6],t[6]=e,e=t[5],t[5]=t[7],t[7]=e,this}getNormalMatrix(e){return this.setFromMatrix4(e).invert().transpose()}transposeIntoArray(e){let t=this.elements;return e[0]=t[0],e[1]=t[3],e[2]=t[6],e[3]=t[1],e[4]=t[4],e[5]=t[7],e[6]=t[2],e[7]=t[5],e[8]=t[8],this}setUvTransform(e,t,n,r,i,a,o){let s=Math.cos(i),c=Math.sin(i);return this.set(n*s,n*c,-n*(s*a+c*o)+a+e,-r*c,r*s,-r*(-c*a+s*o)+o+t,0,0,1),this}scale(e,t){return se(`Matrix3: .scale() is deprecated. Use .makeScale() instead.`),this.premultiply(we.makeScale(e,t)),this}rotate(e){return se(`Matrix3: .rotate() is deprecated. Use .makeRotation() instead.`),this.premultiply(we.makeRotation(-e)),this}translate(e,t){return se(`Matrix3: .translate() is deprecated. Use .makeTranslation() instead.`),this.premultiply(we.makeTranslation(e,t)),this}makeTranslation(e,t){return e.isVector2?this.set(1,0,e.x,0,1,e.y,0,0,1):this.set(1,0,e,0,1,t,0,0,1),this}makeRotation(e){let t=Math.cos(e),n=Math.sin(e);return this.set(t,-n,0,n,t,0,0,0,1),this}makeScale(e,t){return this.set(e,0,0,0,t,0,0,0,1),this}equals(e){let t=this.elements,n=e.elements;for(let e=0;e<9;e++)if(t[e]!==n[e])return!1;return!0}fromArray(e,t=0){for(let n=0;n<9;n++)this.elements[n]=e[n+t];return this}toArray(e=[],t=0){let n=this.elements;return e[t]=n[0],e[t+1]=n[1],e[t+2]=n[2],e[t+3]=n[3],e[t+4]=n[4],e[t+5]=n[5],e[t+6]=n[6],e[t+7]=n[7],e[t+8]=n[8],e}clone(){return new this.constructor().fromArray(this.elements)}},we=new H,Te=new H().set(.4123908,.3575843,.1804808,.212639,.7151687,.0721923,.0193308,.1191948,.9505322),Ee=new H().set(3.2409699,-1.5373832,-.4986108,-.9692436,1.8759675,.0415551,.0556301,-.203977,1.0569715);function De(){let e={enabled:!0,workingColorSpace:te,spaces:{},convert:function(e,t,n){return this.enabled===!1||t===n||!t||!n||(this.spaces[t].transfer===`srgb`&&(e.r=Oe(e.r),e.g=Oe(e.g),e.b=Oe(e.b)),this.spaces[t].primaries!==this.spaces[n].primaries&&(e.applyMatrix3(this.spaces[t].toXYZ),e.applyMatrix3(this.spaces[n].fromXYZ)),this.spaces[n].transfer===`srgb`&&(e.r=ke(e.r),e.g=ke(e.g),e.b=ke(e.b))),e},workingToColorSpace:function(e,t){return this.convert(e,this.workingColorSpace,t)},colorSpaceToWorking:function(e,t){return this.convert(e,t,this.workingColorSpace)},getPrimaries:function(e){return this.spaces[e].primaries},getTransfer:function(e){return e===``?A:this.spaces[e].transfer},getToneMappingMode:function(e){return this.spaces[e].outputColorSpaceConfig.toneMappingMode||`standard`},getLuminanceCoefficients:function(e,t=this.workingColorSpace){return e.fromArray(this.spaces[t].luminanceCoefficients)},define:function(e){Object.assign(this.spaces,e)},_getMatrix:function(e,t,n){return e.copy(this.spaces[n].fromXYZ).multiply(this.spaces[t].toXYZ)},_getDrawingBufferColorSpace:function(e){return this.spaces[e].outputColorSpaceConfig.drawingBufferColorSpace},_getUnpackColorSpace:function(e=this.workingColorSpace){return this.spaces[e].workingColorSpaceConfig.unpackColorSpace}},t=[.64,.33,.3,.6,.15,.06],n=[.2126,.7152,.0722],r=[.3127,.329];return e.define({[te]:{primaries:t,whitePoint:r,transfer:A,toXYZ:Te,fromXYZ:Ee,luminanceCoefficients:n,workingColorSpaceConfig:{unpackColorSpace:k},outputColorSpaceConfig:{drawingBufferColorSpace:k}},[k]:{primaries:t,whitePoint:r,transfer:j,toXYZ:Te,fromXYZ:Ee,luminanceCoefficients:n,outputColorSpaceConfig:{drawingBufferColorSpace:k}}}),e}var U=De();function Oe(e){return e<.04045?e*.0773993808:(e*.9478672986+.0521327014)**2.4}function ke(e){return e<.0031308?e*12.92:1.055*e**.41666-.055}var Ae,je=class{static getDataURL(e,t=`image/png`){if(/^data:/i.test(e.src)||typeof HTMLCanvasElement>`u`)return e.src;let n;if(e instanceof HTMLCanvasElement)n=e;else{Ae===void 0&&(Ae=re(`canvas`)),Ae.width=e.width,Ae.height=e.height;let t=Ae.getContext(`2d`);e instanceof ImageData?t.putImageData(e,0,0):t.drawImage(e,0,0,e.width,e.height),n=Ae}return n.toDataURL(t)}static sRGBToLinear(e){if(typeof HTMLImageElement<`u`&&e instanceof HTMLImageElement||typeof HTMLCanvasElement<`u`&&e instanceof HTMLCanvasElement||typeof ImageBitmap<`u`&&e instanceof ImageBitmap){let t=re(`canvas`);t.width=e.width,t.height=e.height;let n=t.getContext(`2d`);n.drawImage(e,0,0,e.width,e.height);let r=n.getImageData(0,0,e.width,e.height),i=r.data;for(let e=0;e<i.length;e++)i[e]=Oe(i[e]/255)*255;return n.putImageData(r,0,0),t}if(e.data){let t=e.data.slice(0);for(let e=0;e<t.length;e++)t instanceof Uint8Array||t instanceof Uint8ClampedArray?t[e]=Math.floor(Oe(t[e]/255)*255):t[e]=Oe(t[e]);return{data:t,width:e.width,height:e.height}}return L(`ImageUtils.sRGBToLinear(): Unsupported image type. No color space conversion applied.`),e}},Me=0,Ne=class{constructor(e=null){this.isTextureSource=!0,Object.defineProperty(this,"id",{value:Me++}),this.uuid=me(),this.data=e,this.dataReady=!0,this.version=0}getSize(e){let t=this.data;return typeof HTMLVideoElement<`u`&&t instanceof HTMLVideoElement?e.set(t.videoWidth,t.videoHeight,0):typeof VideoFrame<`u`&&t instanceof VideoFrame?e.set(t.displayWidth,t.displayHeight,0):t===null?e.set(0,0,0):e.set(t.width||0,t.height||0,t.depth||0),e}set needsUpdate(e){e===!0&&this.version++}toJSON(e){let t=e===void 0||typeof e==`string`;if(!t&&e.images[this.uuid]!==void 0)return e.images[this.uuid];let n={uuid:this.uuid,url:``},r=this.data;if(r!==null){let e;if(Array.isArray(r)){e=[];for(let t=0,n=r.length;t<n;t++)r[t].isDataTexture?e.push(Pe(r[t].image)):e.push(Pe(r[t]))}else e=Pe(r);n.url=e}return t||(e.images[this.uuid]=n),n}};function Pe(e){return typeof HTMLImageElement<`u`&&e instanceof HTMLImageElement||typeof HTMLCanvasElement<`u`&&e instanceof HTMLCanvasElement||typeof ImageBitmap<`u`&&e instanceof ImageBitmap?je.getDataURL(e):e.data?{data:Array.from(e.data),width:e.width,height:e.height,type:e.data.constructor.name}:(L(`Texture: Unable to serialize Texture.`),{})}var W=0,Fe=new V,Ie=class e extends ue{constructor(t=e.DEFAULT_IMAGE,n=e.DEFAULT_MAPPING,i=r,a=r,l=o,u=s,d=g,f=c,p=e.DEFAULT_ANISOTROPY,m=``){super(),this.isTexture=!0,Object.defineProperty(this,"id",{value:W++}),this.uuid=me(),this.name=``,this.source=new Ne(t),this.mipmaps=[],this.mapping=n,this.channel=0,this.wrapS=i,this.wrapT=a,this.magFilter=l,this.minFilter=u,this.anisotropy=p,this.format=d,this.internalFormat=null,this.type=f,this.offset=new B(0,0),this.repeat=new B(1,1),this.center=new B(0,0),this.rotation=0,this.matrixAutoUpdate=!0,this.matrix=new H,this.generateMipmaps=!0,this.mipmapsAutoUpdate=!0,this.premultiplyAlpha=!1,this.flipY=!0,this.unpackAlignment=4,this.colorSpace=m,this.userData={},this.updateRanges=[],this.version=0,this.onUpdate=null,this.renderTarget=null,this.isRenderTargetTexture=!1,this.isArrayTexture=!!(t&&t.depth&&t.depth>1),this.pmremVersion=0,this.isPMREMTexture=!1,this.normalized=!1}get width(){return this.source.getSize(Fe).x}get height(){return this.source.getSize(Fe).y}get depth(){return this.source.getSize(Fe).z}get image(){return this.source.data}set image(e){this.source.data=e}updateMatrix(){this.matrix.setUvTransform(this.offset.x,this.offset.y,this.repeat.x,this.repeat.y,this.rotation,this.center.x,this.center.y)}addUpdateRange(e,t){this.updateRanges.push({start:e,count:t})}clearUpdateRanges(){this.updateRanges.length=0}clone(){return new this.constructor().copy(this)}copy(e){return this.name=e.name,this.source=e.source,this.mipmaps=e.mipmaps.slice(0),this.mapping=e.mapping,this.channel=e.channel,this.wrapS=e.wrapS,this.wrapT=e.wrapT,this.magFilter=e.magFilter,this.minFilter=e.minFilter,this.anisotropy=e.anisotropy,this.format=e.format,this.internalFormat=e.internalFormat,this.type=e.type,this.normalized=e.normalized,this.offset.copy(e.offset),this.repeat.copy(e.repeat),this.center.copy(e.center),this.rotation=e.rotation,this.matrixAutoUpdate=e.matrixAutoUpdate,this.matrix.copy(e.matrix),this.generateMipmaps=e.generateMipmaps,this.mipmapsAutoUpdate=e.mipmapsAutoUpdate,this.premultiplyAlpha=e.premultiplyAlpha,this.flipY=e.flipY,this.unpackAlignment=e.unpackAlignment,this.colorSpace=e.colorSpace,this.renderTarget=e.renderTarget,this.isRenderTargetTexture=e.isRenderTargetTexture,this.isPMREMTexture=e.isPMREMTexture,this.isArrayTexture=e.isArrayTexture,this.userData=JSON.parse(JSON.stringify(e.userData)),this.needsUpdate=!0,this}setValues(e){for(let t in e){let n=e[t];if(n===void 0){L(`Texture.setValues(): parameter '${t}' has value of undefined.`);continue}let r=this[t];r===void 0?L(`Texture.setValues(): property '${t}' does not exist.`):r&&n&&r.isVector2&&n.isVector2||r&&n&&r.isVector3&&n.isVector3||r&&n&&r.isMatrix3&&n.isMatrix3?r.copy(n):this[t]=n}}toJSON(e){let t=e===void 0||typeof e==`string`;if(!t&&e.textures[this.uuid]!==void 0)return e.textures[this.uuid];let n={metadata:{version:4.7,type:`Texture`,generator:`Texture.toJSON`},uuid:this.uuid,name:this.name,image:this.source.toJSON(e).uuid,mapping:this.mapping,channel:this.channel,repeat:[this.repeat.x,this.repeat.y],offset:[this.offset.x,this.offset.y],center:[this.center.x,this.center.y],rotation:this.rotation,wrap:[this.wrapS,this.wrapT],format:this.format,internalFormat:this.internalFormat,type:this.type,normalized:this.normalized,colorSpace:this.colorSpace,minFilter:this.minFilter,magFilter:this.magFilter,anisotropy:this.anisotropy,flipY:this.flipY,generateMipmaps:this.generateMipmaps,mipmapsAutoUpdate:this.mipmapsAutoUpdate,premultiplyAlpha:this.premultiplyAlpha,unpackAlignment:this.unpackAlignment};return Object.keys(this.userData).length>0&&(n.userData=this.userData),t||(e.textures[this.uuid]=n),n}dispose(){this.dispatchEvent({type:`dispose`})}transformUv(e){if(this.mapping!==300)return e;if(e.applyMatrix3(this.matrix),e.x<0||e.x>1)switch(this.wrapS){case n:e.x-=Math.floor(e.x);break;case r:e.x=e.x<0?0:1;break;case i:Math.abs(Math.floor(e.x)%2)===1?e.x=Math.ceil(e.x)-e.x:e.x-=Math.floor(e.x)}if(e.y<0||e.y>1)switch(this.wrapT){case n:e.y-=Math.floor(e.y);break;case r:e.y=e.y<0?0:1;break;case i:Math.abs(Math.floor(e.y)%2)===1?e.y=Math.ceil(e.y)-e.y:e.y-=Math.floor(e.y)}return this.flipY&&(e.y=1-e.y),e}set needsUpdate(e){e===!0&&(this.version++,this.source.needsUpdate=!0)}set needsPMREMUpdate(e){e===!0&&this.pmremVersion++}};Ie.DEFAULT_IMAGE=null,Ie.DEFAULT_MAPPING=300,Ie.DEFAULT_ANISOTROPY=1;var Le=class{static{this.prototype.isVector4=!0}constructor(e=0,t=0,n=0,r=1){this.x=e,this.y=t,this.z=n,this.w=r}get width(){return this.z}set width(e){this.z=e}get height(){return this.w}set height(e){this.w=e}set(e,t,n,r){return this.x=e,this.y=t,this.z=n,this.w=r,this}setScalar(e){return this.x=e,this.y=e,this.z=e,this.w=e,this}setX(e){return this.x=e,this}setY(e){return this.y=e,this}setZ(e){return this.z=e,this}setW(e){return this.w=e,this}setComponent(e,t){switch(e){case 0:this.x=t;break;case 1:this.y=t;break;case 2:this.z=t;break;case 3:this.w=t;break;default:throw Error(`THREE.Vector4: index is out of range: `+e)}return this}getComponent(e){switch(e){case 0:return this.x;case 1:return this.y;case 2:return this.z;case 3:return this.w;default:throw Error(`THREE.Vector4: index is out of range: `+e)}}clone(){return new this.constructor(this.x,this.y,this.z,this.w)}copy(e){return this.x=e.x,this.y=e.y,this.z=e.z,this.w=e.w===void 0?1:e.w,this}add(e){return this.x+=e.x,this.y+=e.y,this.z+=e.z,this.w+=e.w,this}addScalar(e){return this.x+=e,this.y+=e,this.z+=e,this.w+=e,this}addVectors(e,t){return this.x=e.x+t.x,this.y=e.y+t.y,this.z=e.z+t.z,this.w=e.w+t.w,this}addScaledVector(e,t){return this.x+=e.x*t,this.y+=e.y*t,this.z+=e.z*t,this.w+=e.w*t,this}sub(e){return this.x-=e.x,this.y-=e.y,this.z-=e.z,this.w-=e.w,this}subScalar(e){return this.x-=e,this.y-=e,this.z-=e,this.w-=e,this}subVectors(e,t){return this.x=e.x-t.x,this.y=e.y-t.y,this.z=e.z-t.z,this.w=e.w-t.w,this}multiply(e){return this.x*=e.x,this.y*=e.y,this.z*=e.z,this.w*=e.w,this}multiplyScalar(e){return this.x*=e,this.y*=e,this.z*=e,this.w*=e,this}applyMatrix4(e){let t=this.x,n=this.y,r=this.z,i=this.w,a=e.elements;return this.x=a[0]*t+a[4]*n+a[8]*r+a[12]*i,this.y=a[1]*t+a[5]*n+a[9]*r+a[13]*i,this.z=a[2]*t+a[6]*n+a[10]*r+a[14]*i,this.w=a[3]*t+a[7]*n+a[11]*r+a[15]*i,this}divide(e){return this.x/=e.x,this.y/=e.y,this.z/=e.z,this.w/=e.w,this}divideScalar(e){return this.multiplyScalar(1/e)}setAxisAngleFromQuaternion(e){this.w=2*Math.acos(e.w);let t=Math.sqrt(1-e.w*e.w);return t<1e-4?(this.x=1,this.y=0,this.z=0):(this.x=e.x/t,this.y=e.y/t,this.z=e.z/t),this}setAxisAngleFromRotationMatrix(e){let t,n,r,i,a=.01,o=.1,s=e.elements,c=s[0],l=s[4],u=s[8],d=s[1],f=s[5],p=s[9],m=s[2],h=s[6],g=s[10];if(Math.abs(l-d)<a&&Math.abs(u-m)<a&&Math.abs(p-h)<a){if(Math.abs(l+d)<o&&Math.abs(u+m)<o&&Math.abs(p+h)<o&&Math.abs(c+f+g-3)<o)return this.set(1,0,0,0),this;t=Math.PI;let e=(c+1)/2,s=(f+1)/2,_=(g+1)/2,v=(l+d)/4,y=(u+m)/4,b=(p+h)/4;return e>s&&e>_?e<a?(n=0,r=.707106781,i=.707106781):(n=Math.sqrt(e),r=v/n,i=y/n):s>_?s<a?(n=.707106781,r=0,i=.707106781):(r=Math.sqrt(s),n=v/r,i=b/r):_<a?(n=.707106781,r=.707106781,i=0):(i=Math.sqrt(_),n=y/i,r=b/i),this.set(n,r,i,t),this}let _=Math.sqrt((h-p)*(h-p)+(u-m)*(u-m)+(d-l)*(d-l));return Math.abs(_)<.001&&(_=1),this.x=(h-p)/_,this.y=(u-m)/_,this.z=(d-l)/_,this.w=Math.acos((c+f+g-1)/2),this}setFromMatrixPosition(e){let t=e.elements;return this.x=t[12],this.y=t[13],this.z=t[14],this.w=t[15],this}min(e){return this.x=Math.min(this.x,e.x),this.y=Math.min(this.y,e.y),this.z=Math.min(this.z,e.z),this.w=Math.min(this.w,e.w),this}max(e){return this.x=Math.max(this.x,e.x),this.y=Math.max(this.y,e.y),this.z=Math.max(this.z,e.z),this.w=Math.max(this.w,e.w),this}clamp(e,t){return this.x=z(this.x,e.x,t.x),this.y=z(this.y,e.y,t.y),this.z=z(this.z,e.z,t.z),this.w=z(this.w,e.w,t.w),this}clampScalar(e,t){return this.x=z(this.x,e,t),this.y=z(this.y,e,t),this.z=z(this.z,e,t),this.w=z(this.w,e,t),this}clampLength(e,t){let n=this.length();return this.divideScalar(n||1).multiplyScalar(z(n,e,t))}floor(){return this.x=Math.floor(this.x),this.y=Math.floor(this.y),this.z=Math.floor(this.z),this.w=Math.floor(this.w),this}ceil(){return this.x=Math.ceil(this.x),this.y=Math.ceil(this.y),this.z=Math.ceil(this.z),this.w=Math.ceil(this.w),this}round(){return this.x=Math.round(this.x),this.y=Math.round(this.y),this.z=Math.round(this.z),this.w=Math.round(this.w),this}roundToZero(){return this.x=Math.trunc(this.x),this.y=Math.trunc(this.y),this.z=Math.trunc(this.z),this.w=Math.trunc(this.w),this}negate(){return this.x=-this.x,this.y=-this.y,this.z=-this.z,this.w=-this.w,this}dot(e){return this.x*e.x+this.y*e.y+this.z*e.z+this.w*e.w}lengthSq(){return this.x*this.x+this.y*this.y+this.z*this.z+this.w*this.w}length(){return Math.sqrt(this.x*this.x+this.y*this.y+this.z*this.z+this.w*this.w)}manhattanLength(){return Math.abs(this.x)+Math.abs(this.y)+Math.abs(this.z)+Math.abs(this.w)}normalize(){return this.divideScalar(this.length()||1)}setLength(e){return this.normalize().multiplyScalar(e)}lerp(e,t){return this.x+=(e.x-this.x)*t,this.y+=(e.y-this.y)*t,this.z+=(e.z-this.z)*t,this.w+=(e.w-this.w)*t,this}lerpVectors(e,t,n){return this.x=e.x+(t.x-e.x)*n,this.y=e.y+(t.y-e.y)*n,this.z=e.z+(t.z-e.z)*n,this.w=e.w+(t.w-e.w)*n,this}equals(e){return e.x===this.x&&e.y===this.y&&e.z===this.z&&e.w===this.w}fromArray(e,t=0){return this.x=e[t],this.y=e[t+1],this.z=e[t+2],this.w=e[t+3],this}toArray(e=[],t=0){return e[t]=this.x,e[t+1]=this.y,e[t+2]=this.z,e[t+3]=this.w,e}fromBufferAttribute(e,t){return this.x=e.getX(t),this.y=e.getY(t),this.z=e.getZ(t),this.w=e.getW(t),this}random(){return this.x=Math.random(),this.y=Math.random(),this.z=Math.random(),this.w=Math.random(),this}*[Symbol.iterator](){yield this.x,yield this.y,yield this.z,yield this.w}},Re=class extends ue{constructor(e=1,t=1,n={}){super(),n=Object.assign({generateMipmaps:!1,internalFormat:null,minFilter:o,depthBuffer:!0,stencilBuffer:!1,resolveColorBuffer:!0,resolveDepthBuffer:!0,resolveStencilBuffer:!0,storeMultisampledColorBuffer:!0,storeMultisampledDepthBuffer:!0,storeMultisampledStencilBuffer:!0,depthTexture:null,samples:0,count:1,depth:1,multiview:!1,useArrayDepthTexture:!1},n),this.isRenderTarget=!0,this.width=e,this.height=t,this.depth=n.depth,this.scissor=new Le(0,0,e,t),this.scissorTest=!1,this.viewport=new Le(0,0,e,t),this.textures=[];let r=n.count;for(let i=0;i<r;i++)this.textures[i]=new Ie({width:e,height:t,depth:n.depth}),this.textures[i].isRenderTargetTexture=!0,this.textures[i].renderTarget=this;this._setTextureOptions(n),this.depthBuffer=n.depthBuffer,this.stencilBuffer=n.stencilBuffer,this.resolveColorBuffer=n.resolveColorBuffer,this.resolveDepthBuffer=n.resolveDepthBuffer,this.resolveStencilBuffer=n.resolveStencilBuffer,this.storeMultisampledColorBuffer=n.storeMultisampledColorBuffer,this.storeMultisampledDepthBuffer=n.storeMultisampledDepthBuffer,this.storeMultisampledStencilBuffer=n.storeMultisampledStencilBuffer,this._depthTexture=null,this.depthTexture=n.depthTexture,this.samples=n.samples,this.multiview=n.multiview,this.useArrayDepthTexture=n.useArrayDepthTexture}_setTextureOptions(e={}){let t={minFilter:o,generateMipmaps:!1,flipY:!1,internalFormat:null};e.mapping!==void 0&&(t.mapping=e.mapping),e.wrapS!==void 0&&(t.wrapS=e.wrapS),e.wrapT!==void 0&&(t.wrapT=e.wrapT),e.wrapR!==void 0&&(t.wrapR=e.wrapR),e.magFilter!==void 0&&(t.magFilter=e.magFilter),e.minFilter!==void 0&&(t.minFilter=e.minFilter),e.format!==void 0&&(t.format=e.format),e.type!==void 0&&(t.type=e.type),e.anisotropy!==void 0&&(t.anisotropy=e.anisotropy),e.colorSpace!==void 0&&(t.colorSpace=e.colorSpace),e.flipY!==void 0&&(t.flipY=e.flipY),e.generateMipmaps!==void 0&&(t.generateMipmaps=e.generateMipmaps),e.mipmapsAutoUpdate!==void 0&&(t.mipmapsAutoUpdate=e.mipmapsAutoUpdate),e.internalFormat!==void 0&&(t.internalFormat=e.internalFormat);for(let e=0;e<this.textures.length;e++)this.textures[e].setValues(t)}get texture(){return this.textures[0]}set texture(e){this.textures[0]=e}set depthTexture(e){this._depthTexture!==null&&this._depthTexture.renderTarget===this&&(this._depthTexture.renderTarget=null),e!==null&&e.renderTarget===null&&(e.renderTarget=this),this._depthTexture=e}get depthTexture(){return this._depthTexture}setSize(e,t,n=1){if(this.width!==e||this.height!==t||this.depth!==n){this.width=e,this.height=t,this.depth=n;for(let r=0,i=this.textures.length;r<i;r++)this.textures[r].image.width=e,this.textures[r].image.height=t,this.textures[r].image.depth=n,this.textures[r].isData3DTexture!==!0&&(this.textures[r].isArrayTexture=this.textures[r].image.depth>1);this.dispose()}this.viewport.set(0,0,e,t),this.scissor.set(0,0,e,t)}clone(){return new this.constructor().copy(this)}copy(e){this.width=e.width,this.height=e.height,this.depth=e.depth,this.scissor.copy(e.scissor),this.scissorTest=e.scissorTest,this.viewport.copy(e.viewport),this.textures.length=0;for(let t=0,n=e.textures.length;t<n;t++){this.textures[t]=e.textures[t].clone(),this.textures[t].isRenderTargetTexture=!0,this.textures[t].renderTarget=this;let n=Object.assign({},e.textures[t].image);this.textures[t].source=new Ne(n)}if(this.depthBuffer=e.depthBuffer,this.stencilBuffer=e.stencilBuffer,this.resolveColorBuffer=e.resolveColorBuffer,this.resolveDepthBuffer=e.resolveDepthBuffer,this.resolveStencilBuffer=e.resolveStencilBuffer,this.storeMultisampledColorBuffer=e.storeMultisampledColorBuffer,this.storeMultisampledDepthBuffer=e.storeMultisampledDepthBuffer,this.storeMultisampledStencilBuffer=e.storeMultisampledStencilBuffer,e.depthTexture!==null){if(e.depthTexture.renderTarget===e){let t=e.depthTexture.clone();t.renderTarget=null,this.depthTexture=t}else this.depthTexture=e.depthTexture}else this.depthTexture=null;return this.samples=e.samples,this.multiview=e.multiview,this.useArrayDepthTexture=e.useArrayDepthTexture,this}dispose(){this.dispatchEvent({type:`dispose`})}},ze=class extends Re{constructor(e=1,t=1,n={}){super(e,t,n),this.isWebGLRenderTarget=!0}},G=class extends Ie{constructor(e=null,t=1,n=1,i=1){super(null),this.isDataArrayTexture=!0,this.image={data:e,width:t,height:n,depth:i},this.magFilter=a,this.minFilter=a,this.wrapR=r,this.generateMipmaps=!1,this.flipY=!1,this.unpackAlignment=1,this.layerUpdates=new Set}copy(e){return super.copy(e),this.wrapR=e.wrapR,this}addLayerUpdate(e){this.layerUpdates.add(e)}clearLayerUpdates(){this.layerUpdates.clear()}},Be=class extends ze{constructor(e=1,t=1,n=1,r={}){super(e,t,r),this.isWebGLArrayRenderTarget=!0,this.depth=n,this.texture=new G(null,e,t,n),this._setTextureOptions(r),this.texture.isRenderTargetTexture=!0}},K=class extends Ie{constructor(e=null,t=1,n=1,i=1){super(null),this.isData3DTexture=!0,this.image={data:e,width:t,height:n,depth:i},this.magFilter=a,this.minFilter=a,this.wrapR=r,this.generateMipmaps=!1,this.flipY=!1,this.unpackAlignment=1}copy(e){return super.copy(e),this.wrapR=e.wrapR,this}},Ve=class e{static{this.prototype.isMatrix4=!0}constructor(e,t,n,r,i,a,o,s,c,l,u,d,f,p,m,h){this.elements=[1,0,0,0,0,1,0,0,0,0,1,0,0,0,0,1],e!==void 0&&this.set(e,t,n,r,i,a,o,s,c,l,u,d,f,p,m,h)}set(e,t,n,r,i,a,o,s,c,l,u,d,f,p,m,h){let g=this.elements;return g[0]=e,g[4]=t,g[8]=n,g[12]=r,g[1]=i,g[5]=a,g[9]=o,g[13]=s,g[2]=c,g[6]=l,g[10]=u,g[14]=d,g[3]=f,g[7]=p,g[11]=m,g[15]=h,this}identity(){return this.set(1,0,0,0,0,1,0,0,0,0,1,0,0,0,0,1),this}clone(){return new e().fromArray(this.elements)}copy(e){let t=this.elements,n=e.elements;return t[0]=n[0],t[1]=n[1],t[2]=n[2],t[3]=n[3],t[4]=n[4],t[5]=n[5],t[6]=n[6],t[7]=n[7],t[8]=n[8],t[9]=n[9],t[10]=n[10],t[11]=n[11],t[12]=n[12],t[13]=n[13],t[14]=n[14],t[15]=n[15],this}copyPosition(e){let t=this.elements,n=e.elements;return t[12]=n[12],t[13]=n[13],t[14]=n[14],this}setFromMatrix3(e){let t=e.elements;return this.set(t[0],t[3],t[6],0,t[1],t[4],t[7],0,t[2],t[5],t[8],0,0,0,0,1),this}extractBasis(e,t,n){return this.determinantAffine()===0?(e.set(1,0,0),t.set(0,1,0),n.set(0,0,1),this):(e.setFromMatrixColumn(this,0),t.setFromMatrixColumn(this,1),n.setFromMatrixColumn(this,2),this)}makeBasis(e,t,n){return this.set(e.x,t.x,n.x,0,e.y,t.y,n.y,0,e.z,t.z,n.z,0,0,0,0,1),this}extractRotation(e){if(e.determinantAffine()===0)return this.identity();let t=this.elements,n=e.elements,r=1/q.setFromMatrixColumn(e,0).length(),i=1/q.setFromMatrixColumn(e,1).length(),a=1/q.setFromMatrixColumn(e,2).length();return t[0]=n[0]*r,t[1]=n[1]*r,t[2]=n[2]*r,t[3]=0,t[4]=n[4]*i,t[5]=n[5]*i,t[6]=n[6]*i,t[7]=0,t[8]=n[8]*a,t[9]=n[9]*a,t[10]=n[10]*a,t[11]=0,t[12]=0,t[13]=0,t[14]=0,t[15]=1,this}makeRotationFromEuler(e){let t=this.elements,n=e.x,r=e.y,i=e.z,a=Math.cos(n),o=Math.sin(n),s=Math.cos(r),c=Math.sin(r),l=Math.cos(i),u=Math.sin(i);if(e.order===`XYZ`){let e=a*l,n=a*u,r=o*l,i=o*u;t[0]=s*l,t[4]=-s*u,t[8]=c,t[1]=n+r*c,t[5]=e-i*c,t[9]=-o*s,t[2]=i-e*c,t[6]=r+n*c,t[10]=a*s}else if(e.order===`YXZ`){let e=s*l,n=s*u,r=c*l,i=c*u;t[0]=e+i*o,t[4]=r*o-n,t[8]=a*c,t[1]=a*u,t[5]=a*l,t[9]=-o,t[2]=n*o-r,t[6]=i+e*o,t[10]=a*s}else if(e.order===`ZXY`){let e=s*l,n=s*u,r=c*l,i=c*u;t[0]=e-i*o,t[4]=-a*u,t[8]=r+n*o,t[1]=n+r*o,t[5]=a*l,t[9]=i-e*o,t[2]=-a*c,t[6]=o,t[10]=a*s}else if(e.order===`ZYX`){let e=a*l,n=a*u,r=o*l,i=o*u;t[0]=s*l,t[4]=r*c-n,t[8]=e*c+i,t[1]=s*u,t[5]=i*c+e,t[9]=n*c-r,t[2]=-c,t[6]=o*s,t[10]=a*s}else if(e.order===`YZX`){let e=a*s,n=a*c,r=o*s,i=o*c;t[0]=s*l,t[4]=i-e*u,t[8]=r*u+n,t[1]=u,t[5]=a*l,t[9]=-o*l,t[2]=-c*l,t[6]=n*u+r,t[10]=e-i*u}else if(e.order===`XZY`){let e=a*s,n=a*c,r=o*s,i=o*c;t[0]=s*l,t[4]=-u,t[8]=c*l,t[1]=e*u+i,t[5]=a*l,t[9]=n*u-r,t[2]=r*u-n,t[6]=o*l,t[10]=i*u+e}return t[3]=0,t[7]=0,t[11]=0,t[12]=0,t[13]=0,t[14]=0,t[15]=1,this}makeRotationFromQuaternion(e){return this.compose(Ue,e,We)}lookAt(e,t,n){let r=this.elements;return qe.subVectors(e,t),qe.lengthSq()===0&&(qe.z=1),qe.normalize(),Ge.crossVectors(n,qe),Ge.lengthSq()===0&&(Math.abs(n.z)===1?qe.x+=1e-4:qe.z+=1e-4,qe.normalize(),Ge.crossVectors(n,qe)),Ge.normalize(),Ke.crossVectors(qe,Ge),r[0]=Ge.x,r[4]=Ke.x,r[8]=qe.x,r[1]=Ge.y,r[5]=Ke.y,r[9]=qe.y,r[2]=Ge.z,r[6]=Ke.z,r[10]=qe.z,this}multiply(e){return this.multiplyMatrices(this,e)}premultiply(e){return this.multiplyMatrices(e,this)}multiplyMatrices(e,t){let n=e.elements,r=t.elements,i=this.elements,a=n[0],o=n[4],s=n[8],c=n[12],l=n[1],u=n[5],d=n[9],f=n[13],p=n[2],m=n[6],h=n[10],g=n[14],_=n[3],v=n[7],y=n[11],b=n[15],x=r[0],S=r[4],C=r[8],w=r[12],T=r[1],E=r[5],D=r[9],O=r[13],ee=r[2],k=r[6],te=r[10],A=r[14],j=r[3],M=r[7],N=r[11],ne=r[15];return i[0]=a*x+o*T+s*ee+c*j,i[4]=a*S+o*E+s*k+c*M,i[8]=a*C+o*D+s*te+c*N,i[12]=a*w+o*O+s*A+c*ne,i[1]=l*x+u*T+d*ee+f*j,i[5]=l*S+u*E+d*k+f*M,i[9]=l*C+u*D+d*te+f*N,i[13]=l*w+u*O+d*A+f*ne,i[2]=p*x+m*T+h*ee+g*j,i[6]=p*S+m*E+h*k+g*M,i[10]=p*C+m*D+h*te+g*N,i[14]=p*w+m*O+h*A+g*ne,i[3]=_*x+v*T+y*ee+b*j,i[7]=_*S+v*E+y*k+b*M,i[11]=_*C+v*D+y*te+b*N,i[15]=_*w+v*O+y*A+b*ne,this}multiplyScalar(e){let t=this.elements;return t[0]*=e,t[4]*=e,t[8]*=e,t[12]*=e,t[1]*=e,t[5]*=e,t[9]*=e,t[13]*=e,t[2]*=e,t[6]*=e,t[10]*=e,t[14]*=e,t[3]*=e,t[7]*=e,t[11]*=e,t[15]*=e,this}determinant(){let e=this.elements,t=e[0],n=e[4],r=e[8],i=e[12],a=e[1],o=e[5],s=e[9],c=e[13],l=e[2],u=e[6],d=e[10],f=e[14],p=e[3],m=e[7],h=e[11],g=e[15],_=s*f-c*d,v=o*f-c*u,y=o*d-s*u,b=a*f-c*l,x=a*d-s*l,S=a*u-o*l;return t*(m*_-h*v+g*y)-n*(p*_-h*b+g*x)+r*(p*v-m*b+g*S)-i*(p*y-m*x+h*S)}determinantAffine(){let e=this.elements,t=e[0],n=e[4],r=e[8],i=e[1],a=e[5],o=e[9],s=e[2],c=e[6],l=e[10];return t*(a*l-o*c)-n*(i*l-o*s)+r*(i*c-a*s)}transpose(){let e=this.elements,t;return t=e[1],e[1]=e[4],e[4]=t,t=e[2],e[2]=e[8],e[8]=t,t=e[6],e[6]=e[9],e[9]=t,t=e[3],e[3]=e[12],e[12]=t,t=e[7],e[7]=e[13],e[13]=t,t=e[11],e[11]=e[14],e[14]=t,this}setPosition(e,t,n){let r=this.elements;return e.isVector3?(r[12]=e.x,r[13]=e.y,r[14]=e.z):(r[12]=e,r[13]=t,r[14]=n),this}invert(){let e=this.elements,t=e[0],n=e[1],r=e[2],i=e[3],a=e[4],o=e[5],s=e[6],c=e[7],l=e[8],u=e[9],d=e[10],f=e[11],p=e[12],m=e[13],h=e[14],g=e[15],_=t*o-n*a,v=t*s-r*a,y=t*c-i*a,b=n*s-r*o,x=n*c-i*o,S=r*c-i*s,C=l*m-u*p,w=l*h-d*p,T=l*g-f*p,E=u*h-d*m,D=u*g-f*m,O=d*g-f*h,ee=_*O-v*D+y*E+b*T-x*w+S*C;if(ee===0)return this.set(0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0);let k=1/ee;return e[0]=(o*O-s*D+c*E)*k,e[1]=(r*D-n*O-i*E)*k,e[2]=(m*S-h*x+g*b)*k,e[3]=(d*x-u*S-f*b)*k,e[4]=(s*T-a*O-c*w)*k,e[5]=(t*O-r*T+i*w)*k,e[6]=(h*y-p*S-g*v)*k,e[7]=(l*S-d*y+f*v)*k,e[8]=(a*D-o*T+c*C)*k,e[9]=(n*T-t*D-i*C)*k,e[10]=(p*x-m*y+g*_)*k,e[11]=(u*y-l*x-f*_)*k,e[12]=(o*w-a*E-s*C)*k,e[13]=(t*E-n*w+r*C)*k,e[14]=(m*v-p*b-h*_)*k,e[15]=(l*b-u*v+d*_)*k,this}scale(e){let t=this.elements,n=e.x,r=e.y,i=e.z;return t[0]*=n,t[4]*=r,t[8]*=i,t[1]*=n,t[5]*=r,t[9]*=i,t[2]*=n,t[6]*=r,t[10]*=i,t[3]*=n,t[7]*=r,t[11]*=i,this}getMaxScaleOnAxis(){let e=this.elements,t=e[0]*e[0]+e[1]*e[1]+e[2]*e[2],n=e[4]*e[4]+e[5]*e[5]+e[6]*e[6],r=e[8]*e[8]+e[9]*e[9]+e[10]*e[10];return Math.sqrt(Math.max(t,n,r))}makeTranslation(e,t,n){return e.isVector3?this.set(1,0,0,e.x,0,1,0,e.y,0,0,1,e.z,0,0,0,1):this.set(1,0,0,e,0,1,0,t,0,0,1,n,0,0,0,1),this}makeRotationX(e){let t=Math.cos(e),n=Math.sin(e);return this.set(1,0,0,0,0,t,-n,0,0,n,t,0,0,0,0,1),this}makeRotationY(e){let t=Math.cos(e),n=Math.sin(e);return this.set(t,0,n,0,0,1,0,0,-n,0,t,0,0,0,0,1),this}makeRotationZ(e){let t=Math.cos(e),n=Math.sin(e);return this.set(t,-n,0,0,n,t,0,0,0,0,1,0,0,0,0,1),this}makeRotationAxis(e,t){let n=Math.cos(t),r=Math.sin(t),i=1-n,a=e.x,o=e.y,s=e.z,c=i*a,l=i*o;return this.set(c*a+n,c*o-r*s,c*s+r*o,0,c*o+r*s,l*o+n,l*s-r*a,0,c*s-r*o,l*s+r*a,i*s*s+n,0,0,0,0,1),this}makeScale(e,t,n){return this.set(e,0,0,0,0,t,0,0,0,0,n,0,0,0,0,1),this}makeShear(e,t,n,r,i,a){return this.set(1,n,i,0,e,1,a,0,t,r,1,0,0,0,0,1),this}compose(e,t,n){let r=this.elements,i=t._x,a=t._y,o=t._z,s=t._w,c=i+i,l=a+a,u=o+o,d=i*c,f=i*l,p=i*u,m=a*l,h=a*u,g=o*u,_=s*c,v=s*l,y=s*u,b=n.x,x=n.y,S=n.z;return r[0]=(1-(m+g))*b,r[1]=(f+y)*b,r[2]=(p-v)*b,r[3]=0,r[4]=(f-y)*x,r[5]=(1-(d+g))*x,r[6]=(h+_)*x,r[7]=0,r[8]=(p+v)*S,r[9]=(h-_)*S,r[10]=(1-(d+m))*S,r[11]=0,r[12]=e.x,r[13]=e.y,r[14]=e.z,r[15]=1,this}decompose(e,t,n){let r=this.elements;e.x=r[12],e.y=r[13],e.z=r[14];let i=this.determinantAffine();if(i===0)return n.set(1,1,1),t.identity(),this;let a=q.set(r[0],r[1],r[2]).length(),o=q.set(r[4],r[5],r[6]).length(),s=q.set(r[8],r[9],r[10]).length();i<0&&(a=-a),He.copy(this);let c=1/a,l=1/o,u=1/s;return He.elements[0]*=c,He.elements[1]*=c,He.elements[2]*=c,He.elements[4]*=l,He.elements[5]*=l,He.elements[6]*=l,He.elements[8]*=u,He.elements[9]*=u,He.elements[10]*=u,t.setFromRotationMatrix(He),n.x=a,n.y=o,n.z=s,this}makePerspective(e,t,n,r,i,a,o=ne,s=!1){let c=this.elements,l=2*i/(t-e),u=2*i/(n-r),d=(t+e)/(t-e),f=(n+r)/(n-r),p,m;if(s)p=i/(a-i),m=a*i/(a-i);else if(o===2e3)p=-(a+i)/(a-i),m=-2*a*i/(a-i);else if(o===2001)p=-a/(a-i),m=-a*i/(a-i);else throw Error(`THREE.Matrix4.makePerspective(): Invalid coordinate system: `+o);return c[0]=l,c[4]=0,c[8]=d,c[12]=0,c[1]=0,c[5]=u,c[9]=f,c[13]=0,c[2]=0,c[6]=0,c[10]=p,c[14]=m,c[3]=0,c[7]=0,c[11]=-1,c[15]=0,this}makeOrthographic(e,t,n,r,i,a,o=ne,s=!1){let c=this.elements,l=2/(t-e),u=2/(n-r),d=-(t+e)/(t-e),f=-(n+r)/(n-r),p,m;if(s)p=1/(a-i),m=a/(a-i);else if(o===2e3)p=-2/(a-i),m=-(a+i)/(a-i);else if(o===2001)p=-1/(a-i),m=-i/(a-i);else throw Error(`THREE.Matrix4.makeOrthographic(): Invalid coordinate system: `+o);return c[0]=l,c[4]=0,c[8]=0,c[12]=d,c[1]=0,c[5]=u,c[9]=0,c[13]=f,c[2]=0,c[6]=0,c[10]=p,c[14]=m,c[3]=0,c[7]=0,c[11]=0,c[15]=1,this}equals(e){let t=this.elements,n=e.elements;for(let e=0;e<16;e++)if(t[e]!==n[e])return!1;return!0}fromArray(e,t=0){for(let n=0;n<16;n++)this.elements[n]=e[n+t];return this}toArray(e=[],t=0){let n=this.elements;return e[t]=n[0],e[t+1]=n[1],e[t+2]=n[2],e[t+3]=n[3],e[t+4]=n[4],e[t+5]=n[5],e[t+6]=n[6],e[t+7]=n[7],e[t+8]=n[8],e[t+9]=n[9],e[t+10]=n[10],e[t+11]=n[11],e[t+12]=n[12],e[t+13]=n[13],e[t+14]=n[14],e[t+15]=n[15],e}},q=new V,He=new Ve,Ue=new V(0,0,0),We=new V(1,1,1),Ge=new V,Ke=new V,qe=new V,Je=new Ve,Ye=new xe,Xe=class e{constructor(t=0,n=0,r=0,i=e.DEFAULT_ORDER){this.isEuler=!0,this._x=t,this._y=n,this._z=r,this._order=i}get x(){return this._x}set x(e){this._x=e,this._onChangeCallback()}get y(){return this._y}set y(e){this._y=e,this._onChangeCallback()}get z(){return this._z}set z(e){this._z=e,this._onChangeCallback()}get order(){return this._order}set order(e){this._order=e,this._onChangeCallback()}set(e,t,n,r=this._order){return this._x=e,this._y=t,this._z=n,this._order=r,this._onChangeCallback(),this}clone(){return new this.constructor(this._x,this._y,this._z,this._order)}copy(e){return this._x=e._x,this._y=e._y,this._z=e._z,this._order=e._order,this._onChangeCallback(),this}setFromRotationMatrix(e,t=this._order,n=!0){let r=e.elements,i=r[0],a=r[4],o=r[8],s=r[1],c=r[5],l=r[9],u=r[2],d=r[6],f=r[10];switch(t){case`XYZ`:this._y=Math.asin(z(o,-1,1)),Math.abs(o)<.9999999?(this._x=Math.atan2(-l,f),this._z=Math.atan2(-a,i)):(this._x=Math.atan2(d,c),this._z=0);break;case`YXZ`:this._x=Math.asin(-z(l,-1,1)),Math.abs(l)<.9999999?(this._y=Math.atan2(o,f),this._z=Math.atan2(s,c)):(this._y=Math.atan2(-u,i),this._z=0);break;case`ZXY`:this._x=Math.asin(z(d,-1,1)),Math.abs(d)<.9999999?(this._y=Math.atan2(-u,f),this._z=Math.atan2(-a,c)):(this._y=0,this._z=Math.atan2(s,i));break;case`ZYX`:this._y=Math.asin(-z(u,-1,1)),Math.abs(u)<.9999999?(this._x=Math.atan2(d,f),this._z=Math.atan2(s,i)):(this._x=0,this._z=Math.atan2(-a,c));break;case`YZX`:this._z=Math.asin(z(s,-1,1)),Math.abs(s)<.9999999?(this._x=Math.atan2(-l,c),this._y=Math.atan2(-u,i)):(this._x=0,this._y=Math.atan2(o,f));break;case`XZY`:this._z=Math.asin(-z(a,-1,1)),Math.abs(a)<.9999999?(this._x=Math.atan2(d,c),this._y=Math.atan2(o,i)):(this._x=Math.atan2(-l,f),this._y=0);break;default:L(`Euler: .setFromRotationMatrix() encountered an unknown order: `+t)}return this._order=t,n===!0&&this._onChangeCallback(),this}setFromQuaternion(e,t,n){return Je.makeRotationFromQuaternion(e),this.setFromRotationMatrix(Je,t,n)}setFromVector3(e,t=this._order){return this.set(e.x,e.y,e.z,t)}reorder(e){return Ye.setFromEuler(this),this.setFromQuaternion(Ye,e)}equals(e){return e._x===this._x&&e._y===this._y&&e._z===this._z&&e._order===this._order}fromArray(e){return this._x=e[0],this._y=e[1],this._z=e[2],e[3]!==void 0&&(this._order=e[3]),this._onChangeCallback(),this}toArray(e=[],t=0){return e[t]=this._x,e[t+1]=this._y,e[t+2]=this._z,e[t+3]=this._order,e}_onChange(e){return this._onChangeCallback=e,this}_onChangeCallback(){}*[Symbol.iterator](){yield this._x,yield this._y,yield this._z,yield this._order}};Xe.DEFAULT_ORDER=`XYZ`;var Ze=class{constructor(){this.mask=1}set(e){this.mask=1<<e>>>0}enable(e){this.mask|=1<<e}enableAll(){this.mask=-1}toggle(e){this.mask^=1<<e}disable(e){this.mask&=~(1<<e)}disableAll(){this.mask=0}test(e){return(this.mask&e.mask)!==0}isEnabled(e){return!!(this.mask&1<<e)}},Qe=0,$e=new V,et=new xe,tt=new Ve,nt=new V,rt=new V,it=new V,at=new xe,ot=new V(1,0,0),st=new V(0,1,0),ct=new V(0,0,1),lt={type:`added`},ut={type:`removed`},dt={type:`childadded`,child:null},ft={type:`childremoved`,child:null},pt=class e extends ue{constructor(){super(),this.isObject3D=!0,Object.defineProperty(this,"id",{value:Qe++}),this.uuid=me(),this.name=``,this.type=`Object3D`,this.parent=null,this.children=[],this.up=e.DEFAULT_UP.clone();let t=new V,n=new Xe,r=new xe,i=new V(1,1,1);function a(){r.setFromEuler(n,!1)}function o(){n.setFromQuaternion(r,void 0,!1)}n._onChange(a),r._onChange(o),Object.defineProperties(this,{position:{configurable:!0,enumerable:!0,value:t},rotation:{configurable:!0,enumerable:!0,value:n},quaternion:{configurable:!0,enumerable:!0,value:r},scale:{configurable:!0,enumerable:!0,value:i},modelViewMatrix:{value:new Ve},normalMatrix:{value:new H}}),this.matrix=new Ve,this.matrixWorld=new Ve,this.matrixAutoUpdate=e.DEFAULT_MATRIX_AUTO_UPDATE,this.matrixWorldAutoUpdate=e.DEFAULT_MATRIX_WORLD_AUTO_UPDATE,this.matrixWorldNeedsUpdate=!1,this.layers=new Ze,this.visible=!0,this.castShadow=!1,this.receiveShadow=!1,this.frustumCulled=!0,this.renderOrder=0,this.animations=[],this.customDepthMaterial=void 0,this.customDistanceMaterial=void 0,this.static=!1,this.userData={},this.pivot=null}onBeforeShadow(){}onAfterShadow(){}onBeforeRender(){}onAfterRender(){}applyMatrix4(e){this.matrixAutoUpdate&&this.updateMatrix(),this.matrix.premultiply(e),this.matrix.decompose(this.position,this.quaternion,this.scale),this.pivot!==null&&this.position.copy(this.pivot).applyMatrix4(this.matrix).sub(this.pivot)}applyQuaternion(e){return this.quaternion.premultiply(e),this}setRotationFromAxisAngle(e,t){this.quaternion.setFromAxisAngle(e,t)}setRotationFromEuler(e){this.quaternion.setFromEuler(e,!0)}setRotationFromMatrix(e){this.quaternion.setFromRotationMatrix(e)}setRotationFromQuaternion(e){this.quaternion.copy(e)}rotateOnAxis(e,t){return et.setFromAxisAngle(e,t),this.quaternion.multiply(et),this}rotateOnWorldAxis(e,t){return et.setFromAxisAngle(e,t),this.quaternion.premultiply(et),this}rotateX(e){return this.rotateOnAxis(ot,e)}rotateY(e){return this.rotateOnAxis(st,e)}rotateZ(e){return this.rotateOnAxis(ct,e)}translateOnAxis(e,t){return $e.copy(e).applyQuaternion(this.quaternion),this.position.add($e.multiplyScalar(t)),this}translateX(e){return this.translateOnAxis(ot,e)}translateY(e){return this.translateOnAxis(st,e)}translateZ(e){return this.translateOnAxis(ct,e)}localToWorld(e){return this.updateWorldMatrix(!0,!1),e.applyMatrix4(this.matrixWorld)}worldToLocal(e){return this.updateWorldMatrix(!0,!1),e.applyMatrix4(tt.copy(this.matrixWorld).invert())}lookAt(e,t,n){e.isVector3?nt.copy(e):nt.set(e,t,n);let r=this.parent;this.updateWorldMatrix(!0,!1),rt.setFromMatrixPosition(this.matrixWorld),this.isCamera||this.isLight?tt.lookAt(rt,nt,this.up):tt.lookAt(nt,rt,this.up),this.quaternion.setFromRotationMatrix(tt),r&&(tt.extractRotation(r.matrixWorld),et.setFromRotationMatrix(tt),this.quaternion.premultiply(et.invert()))}add(e){if(arguments.length>1){for(let e=0;e<arguments.length;e++)this.add(arguments[e]);return this}return e===this?(R(`Object3D.add: object can't be added as a child of itself.`,e),this):(e&&e.isObject3D?(e.removeFromParent(),e.parent=this,this.children.push(e),e.dispatchEvent(lt),dt.child=e,this.dispatchEvent(dt),dt.child=null):R(`Object3D.add: object not an instance of THREE.Object3D.`,e),this)}remove(e){if(arguments.length>1){for(let e=0;e<arguments.length;e++)this.remove(arguments[e]);return this}let t=this.children.indexOf(e);return t!==-1&&(e.parent=null,this.children.splice(t,1),e.dispatchEvent(ut),ft.child=e,this.dispatchEvent(ft),ft.child=null),this}removeFromParent(){let e=this.parent;return e!==null&&e.remove(this),this}clear(){return this.remove(...this.children)}attach(e){return this.updateWorldMatrix(!0,!1),tt.copy(this.matrixWorld).invert(),e.parent!==null&&(e.parent.updateWorldMatrix(!0,!1),tt.multiply(e.parent.matrixWorld)),e.applyMatrix4(tt),e.removeFromParent(),e.parent=this,this.children.push(e),e.updateWorldMatrix(!1,!0),e.dispatchEvent(lt),dt.child=e,this.dispatchEvent(dt),dt.child=null,this}getObjectById(e){return this.getObjectByProperty(`id`,e)}getObjectByName(e){return this.getObjectByProperty(`name`,e)}getObjectByProperty(e,t){if(this[e]===t)return this;for(let n=0,r=this.children.length;n<r;n++){let r=this.children[n].getObjectByProperty(e,t);if(r!==void 0)return r}}getObjectsByProperty(e,t,n=[]){this[e]===t&&n.push(this);let r=this.children;for(let i=0,a=r.length;i<a;i++)r[i].getObjectsByProperty(e,t,n);return n}getWorldPosition(e){return this.updateWorldMatrix(!0,!1),e.setFromMatrixPosition(this.matrixWorld)}getWorldQuaternion(e){return this.updateWorldMatrix(!0,!1),this.matrixWorld.decompose(rt,e,it),e}getWorldScale(e){return this.updateWorldMatrix(!0,!1),this.matrixWorld.decompose(rt,at,e),e}getWorldDirection(e){this.updateWorldMatrix(!0,!1);let t=this.matrixWorld.elements;return e.set(t[8],t[9],t[10]).normalize()}raycast(){}intersectsFrustum(){return!0}traverse(e){e(this);let t=this.children;for(let n=0,r=t.length;n<r;n++)t[n].traverse(e)}traverseVisible(e){if(this.visible===!1)return;e(this);let t=this.children;for(let n=0,r=t.length;n<r;n++)t[n].traverseVisible(e)}traverseAncestors(e){let t=this.parent;t!==null&&(e(t),t.traverseAncestors(e))}updateMatrix(){this.matrix.compose(this.position,this.quaternion,this.scale);let e=this.pivot;if(e!==null){let t=e.x,n=e.y,r=e.z,i=this.matrix.elements;i[12]+=t-i[0]*t-i[4]*n-i[8]*r,i[13]+=n-i[1]*t-i[5]*n-i[9]*r,i[14]+=r-i[2]*t-i[6]*n-i[10]*r}this.matrixWorldNeedsUpdate=!0}updateMatrixWorld(e){this.matrixAutoUpdate&&this.updateMatrix(),(this.matrixWorldNeedsUpdate||e)&&(this.matrixWorldAutoUpdate===!0&&(this.parent===null?this.matrixWorld.copy(this.matrix):this.matrixWorld.multiplyMatrices(this.parent.matrixWorld,this.matrix)),this.matrixWorldNeedsUpdate=!1,e=!0);let t=this.children;for(let n=0,r=t.length;n<r;n++)t[n].updateMatrixWorld(e)}updateWorldMatrix(e,t,n=!1){let r=this.parent;if(e===!0&&r!==null&&r.updateWorldMatrix(!0,!1),this.matrixAutoUpdate&&this.updateMatrix(),(this.matrixWorldNeedsUpdate||n)&&(this.matrixWorldAutoUpdate===!0&&(this.parent===null?this.matrixWorld.copy(this.matrix):this.matrixWorld.multiplyMatrices(this.parent.matrixWorld,this.matrix)),this.matrixWorldNeedsUpdate=!1,n=!0),t===!0){let e=this.children;for(let t=0,r=e.length;t<r;t++)e[t].updateWorldMatrix(!1,!0,n)}}toJSON(e){let t=e===void 0||typeof e==`string`,n={};t&&(e={geometries:{},materials:{},textures:{},images:{},shapes:{},skeletons:{},animations:{},nodes:{}},n.metadata={version:4.7,type:`Object`,generator:`Object3D.toJSON`});let r={};r.uuid=this.uuid,r.type=this.type,r.name=this.name,r.castShadow=this.castShadow,r.receiveShadow=this.receiveShadow,r.visible=this.visible,r.frustumCulled=this.frustumCulled,r.renderOrder=this.renderOrder,r.static=this.static,r.matrixAutoUpdate=this.matrixAutoUpdate,Object.keys(this.userData).length>0&&(r.userData=this.userData),r.layers=this.layers.mask,r.matrix=this.matrix.toArray(),r.up=this.up.toArray(),this.pivot!==null&&(r.pivot=this.pivot.toArray()),this.morphTargetDictionary!==void 0&&(r.morphTargetDictionary=Object.assign({},this.morphTargetDictionary)),this.morphTargetInfluences!==void 0&&(r.morphTargetInfluences=this.morphTargetInfluences.slice()),this.isInstancedMesh&&(r.type=`InstancedMesh`,r.count=this.count,r.instanceMatrix=this.instanceMatrix.toJSON(),this.instanceColor!==null&&(r.instanceColor=this.instanceColor.toJSON())),this.isBatchedMesh&&(r.type=`BatchedMesh`,r.perObjectFrustumCulled=this.perObjectFrustumCulled,r.sortObjects=this.sortObjects,r.drawRanges=this._drawRanges,r.reservedRanges=this._reservedRanges,r.geometryInfo=this._geometryInfo.map(e=>({...e,boundingBox:e.boundingBox?e.boundingBox.toJSON():void 0,boundingSphere:e.boundingSphere?e.boundingSphere.toJSON():void 0})),r.instanceInfo=this._instanceInfo.map(e=>({...e})),r.availableInstanceIds=this._availableInstanceIds.slice(),r.availableGeometryIds=this._availableGeometryIds.slice(),r.nextIndexStart=this._nextIndexStart,r.nextVertexStart=this._nextVertexStart,r.geometryCount=this._geometryCount,r.maxInstanceCount=this._maxInstanceCount,r.maxVertexCount=this._maxVertexCount,r.maxIndexCount=this._maxIndexCount,r.geometryInitialized=this._geometryInitialized,r.matricesTexture=this._matricesTexture.toJSON(e),r.indirectTexture=this._indirectTexture.toJSON(e),this._colorsTexture!==null&&(r.colorsTexture=this._colorsTexture.toJSON(e)),this.boundingSphere!==null&&(r.boundingSphere=this.boundingSphere.toJSON()),this.boundingBox!==null&&(r.boundingBox=this.boundingBox.toJSON()));function i(t,n){return t[n.uuid]===void 0&&(t[n.uuid]=n.toJSON(e)),n.uuid}if(this.isScene)this.background&&(this.background.isColor?r.background=this.background.toJSON():this.background.isTexture&&(r.background=this.background.toJSON(e).uuid)),this.environment&&this.environment.isTexture&&this.environment.isRenderTargetTexture!==!0&&(r.environment=this.environment.toJSON(e).uuid);else if(this.isMesh||this.isLine||this.isPoints){r.geometry=i(e.geometries,this.geometry);let t=this.geometry.parameters;if(t!==void 0&&t.shapes!==void 0){let n=t.shapes;if(Array.isArray(n))for(let t=0,r=n.length;t<r;t++){let r=n[t];i(e.shapes,r)}else i(e.shapes,n)}}if(this.isSkinnedMesh&&(r.bindMode=this.bindMode,r.bindMatrix=this.bindMatrix.toArray(),this.skeleton!==void 0&&(i(e.skeletons,this.skeleton),r.skeleton=this.skeleton.uuid)),this.material!==void 0){if(Array.isArray(this.material)){let t=[];for(let n=0,r=this.material.length;n<r;n++)t.push(i(e.materials,this.material[n]));r.material=t}else r.material=i(e.materials,this.material)}if(this.children.length>0){r.children=[];for(let t=0;t<this.children.length;t++)r.children.push(this.children[t].toJSON(e).object)}if(this.animations.length>0){r.animations=[];for(let t=0;t<this.animations.length;t++){let n=this.animations[t];r.animations.push(i(e.animations,n))}}if(t){let t=a(e.geometries),r=a(e.materials),i=a(e.textures),o=a(e.images),s=a(e.shapes),c=a(e.skeletons),l=a(e.animations),u=a(e.nodes);t.length>0&&(n.geometries=t),r.length>0&&(n.materials=r),i.length>0&&(n.textures=i),o.length>0&&(n.images=o),s.length>0&&(n.shapes=s),c.length>0&&(n.skeletons=c),l.length>0&&(n.animations=l),u.length>0&&(n.nodes=u)}return n.object=r,n;function a(e){let t=[];for(let n in e){let r=e[n];delete r.metadata,t.push(r)}return t}}clone(e){return new this.constructor().copy(this,e)}copy(e,t=!0){if(this.name=e.name,this.up.copy(e.up),this.position.copy(e.position),this.rotation.order=e.rotation.order,this.quaternion.copy(e.quaternion),this.scale.copy(e.scale),this.pivot=e.pivot===null?null:e.pivot.clone(),this.matrix.copy(e.matrix),this.matrixWorld.copy(e.matrixWorld),this.matrixAutoUpdate=e.matrixAutoUpdate,this.matrixWorldAutoUpdate=e.matrixWorldAutoUpdate,this.matrixWorldNeedsUpdate=e.matrixWorldNeedsUpdate,this.layers.mask=e.layers.mask,this.visible=e.visible,this.castShadow=e.castShadow,this.receiveShadow=e.receiveShadow,this.frustumCulled=e.frustumCulled,this.renderOrder=e.renderOrder,this.static=e.static,this.animations=e.animations.slice(),this.userData=JSON.parse(JSON.stringify(e.userData)),t===!0)for(let t=0;t<e.children.length;t++){let n=e.children[t];this.add(n.clone())}return this}dispose(){this.dispatchEvent({type:`dispose`})}};pt.DEFAULT_UP=new V(0,1,0),pt.DEFAULT_MATRIX_AUTO_UPDATE=!0,pt.DEFAULT_MATRIX_WORLD_AUTO_UPDATE=!0;var mt=class extends pt{constructor(){super(),this.isGroup=!0,this.type=`Group`}},ht={type:`move`},gt=class{constructor(){this._targetRay=null,this._grip=null,this._hand=null}getHandSpace(){return this._hand===null&&(this._hand=new mt,this._hand.matrixAutoUpdate=!1,this._hand.visible=!1,this._hand.joints={},this._hand.inputState={pinching:!1}),this._hand}getTargetRaySpace(){return this._targetRay===null&&(this._targetRay=new mt,this._targetRay.matrixAutoUpdate=!1,this._targetRay.visible=!1,this._targetRay.hasLinearVelocity=!1,this._targetRay.linearVelocity=new V,this._targetRay.hasAngularVelocity=!1,this._targetRay.angularVelocity=new V),this._targetRay}getGripSpace(){return this._grip===null&&(this._grip=new mt,this._grip.matrixAutoUpdate=!1,this._grip.visible=!1,this._grip.hasLinearVelocity=!1,this._grip.linearVelocity=new V,this._grip.hasAngularVelocity=!1,this._grip.angularVelocity=new V,this._grip.eventsEnabled=!1),this._grip}dispatchEvent(e){return this._targetRay!==null&&this._targetRay.dispatchEvent(e),this._grip!==null&&this._grip.dispatchEvent(e),this._hand!==null&&this._hand.dispatchEvent(e),this}connect(e){if(e&&e.hand){let t=this._hand;if(t)for(let n of e.hand.values())this._getHandJoint(t,n)}return this.dispatchEvent({type:`connected`,data:e}),this}disconnect(e){return this.dispatchEvent({type:`disconnected`,data:e}),this._targetRay!==null&&(this._targetRay.visible=!1),this._grip!==null&&(this._grip.visible=!1),this._hand!==null&&(this._hand.visible=!1),this}update(e,t,n){let r=null,i=null,a=null,o=this._targetRay,s=this._grip,c=this._hand;if(e&&t.session.visibilityState!==`visible-blurred`){if(c&&e.hand){a=!0;for(let r of e.hand.values()){let e=t.getJointPose(r,n),i=this._getHandJoint(c,r);e!==null&&(i.matrix.fromArray(e.transform.matrix),i.matrix.decompose(i.position,i.quaternion,i.scale),i.matrixWorldNeedsUpdate=!0,i.jointRadius=e.radius),i.visible=e!==null}let r=c.joints[`index-finger-tip`],i=c.joints[`thumb-tip`],o=r.position.distanceTo(i.position);c.inputState.pinching&&o>.025?(c.inputState.pinching=!1,this.dispatchEvent({type:`pinchend`,handedness:e.handedness,target:this})):!c.inputState.pinching&&o<=.015&&(c.inputState.pinching=!0,this.dispatchEvent({type:`pinchstart`,handedness:e.handedness,target:this}))}else s!==null&&e.gripSpace&&(i=t.getPose(e.gripSpace,n),i!==null&&(s.matrix.fromArray(i.transform.matrix),s.matrix.decompose(s.position,s.quaternion,s.scale),s.matrixWorldNeedsUpdate=!0,i.linearVelocity?(s.hasLinearVelocity=!0,s.linearVelocity.copy(i.linearVelocity)):s.hasLinearVelocity=!1,i.angularVelocity?(s.hasAngularVelocity=!0,s.angularVelocity.copy(i.angularVelocity)):s.hasAngularVelocity=!1,s.eventsEnabled&&s.dispatchEvent({type:`gripUpdated`,data:e,target:this})));o!==null&&(r=t.getPose(e.targetRaySpace,n),r===null&&i!==null&&(r=i),r!==null&&(o.matrix.fromArray(r.transform.matrix),o.matrix.decompose(o.position,o.quaternion,o.scale),o.matrixWorldNeedsUpdate=!0,r.linearVelocity?(o.hasLinearVelocity=!0,o.linearVelocity.copy(r.linearVelocity)):o.hasLinearVelocity=!1,r.angularVelocity?(o.hasAngularVelocity=!0,o.angularVelocity.copy(r.angularVelocity)):o.hasAngularVelocity=!1,this.dispatchEvent(ht)))}return o!==null&&(o.visible=r!==null),s!==null&&(s.visible=i!==null),c!==null&&(c.visible=a!==null),this}_getHandJoint(e,t){if(e.joints[t.jointName]===void 0){let n=new mt;n.matrixAutoUpdate=!1,n.visible=!1,e.joints[t.jointName]=n,e.add(n)}return e.joints[t.jointName]}},_t={aliceblue:15792383,antiquewhite:16444375,aqua:65535,aquamarine:8388564,azure:15794175,beige:16119260,bisque:16770244,black:0,blanchedalmond:16772045,blue:255,blueviolet:9055202,brown:10824234,burlywood:14596231,cadetblue:6266528,chartreuse:8388352,chocolate:13789470,coral:16744272,cornflowerblue:6591981,cornsilk:16775388,crimson:14423100,cyan:65535,darkblue:139,darkcyan:35723,darkgoldenrod:12092939,darkgray:11119017,darkgreen:25600,darkgrey:11119017,darkkhaki:12433259,darkmagenta:9109643,darkolivegreen:5597999,darkorange:16747520,darkorchid:10040012,darkred:9109504,darksalmon:15308410,darkseagreen:9419919,darkslateblue:4734347,darkslategray:3100495,darkslategrey:3100495,darkturquoise:52945,darkviolet:9699539,deeppink:16716947,deepskyblue:49151,dimgray:6908265,dimgrey:6908265,dodgerblue:2003199,firebrick:11674146,floralwhite:16775920,forestgreen:2263842,fuchsia:16711935,gainsboro:14474460,ghostwhite:16316671,gold:16766720,goldenrod:14329120,gray:8421504,green:32768,greenyellow:11403055,grey:8421504,honeydew:15794160,hotpink:16738740,indianred:13458524,indigo:4915330,ivory:16777200,khaki:15787660,lavender:15132410,lavenderblush:16773365,lawngreen:8190976,lemonchiffon:16775885,lightblue:11393254,lightcoral:15761536,lightcyan:14745599,lightgoldenrodyellow:16448210,lightgray:13882323,lightgreen:9498256,lightgrey:13882323,lightpink:16758465,lightsalmon:16752762,lightseagreen:2142890,lightskyblue:8900346,lightslategray:7833753,lightslategrey:7833753,lightsteelblue:11584734,lightyellow:16777184,lime:65280,limegreen:3329330,linen:16445670,magenta:16711935,maroon:8388608,mediumaquamarine:6737322,mediumblue:205,mediumorchid:12211667,mediumpurple:9662683,mediumseagreen:3978097,mediumslateblue:8087790,mediumspringgreen:64154,mediumturquoise:4772300,mediumvioletred:13047173,midnightblue:1644912,mintcream:16121850,mistyrose:16770273,moccasin:16770229,navajowhite:16768685,navy:128,oldlace:16643558,olive:8421376,olivedrab:7048739,orange:16753920,orangered:16729344,orchid:14315734,palegoldenrod:15657130,palegreen:10025880,paleturquoise:11529966,palevioletred:14381203,papayawhip:16773077,peachpuff:16767673,peru:13468991,pink:16761035,plum:14524637,powderblue:11591910,purple:8388736,rebeccapurple:6697881,red:16711680,rosybrown:12357519,royalblue:4286945,saddlebrown:9127187,salmon:16416882,sandybrown:16032864,seagreen:3050327,seashell:16774638,sienna:10506797,silver:12632256,skyblue:8900331,slateblue:6970061,slategray:7372944,slategrey:7372944,snow:16775930,springgreen:65407,steelblue:4620980,tan:13808780,teal:32896,thistle:14204888,tomato:16737095,turquoise:4251856,violet:15631086,wheat:16113331,white:16777215,whitesmoke:16119285,yellow:16776960,yellowgreen:10145074},vt={h:0,s:0,l:0},yt={h:0,s:0,l:0};function bt(e,t,n){return n<0&&(n+=1),n>1&&--n,n<1/6?e+(t-e)*6*n:n<1/2?t:n<2/3?e+(t-e)*6*(2/3-n):e}var J=class{constructor(e,t,n){return this.isColor=!0,this.r=1,this.g=1,this.b=1,this.set(e,t,n)}set(e,t,n){if(t===void 0&&n===void 0){let t=e;t&&t.isColor?this.copy(t):typeof t==`number`?this.setHex(t):typeof t==`string`&&this.setStyle(t)}else this.setRGB(e,t,n);return this}setScalar(e){return this.r=e,this.g=e,this.b=e,this}setHex(e,t=k){return e=Math.floor(e),this.r=(e>>16&255)/255,this.g=(e>>8&255)/255,this.b=(e&255)/255,U.colorSpaceToWorking(this,t),this}setRGB(e,t,n,r=U.workingColorSpace){return this.r=e,this.g=t,this.b=n,U.colorSpaceToWorking(this,r),this}setHSL(e,t,n,r=U.workingColorSpace){if(e=he(e,1),t=z(t,0,1),n=z(n,0,1),t===0)this.r=this.g=this.b=n;else{let r=n<=.5?n*(1+t):n+t-n*t,i=2*n-r;this.r=bt(i,r,e+1/3),this.g=bt(i,r,e),this.b=bt(i,r,e-1/3)}return U.colorSpaceToWorking(this,r),this}setStyle(e,t=k){function n(t){t!==void 0&&parseFloat(t)<1&&L(`Color: Alpha component of `+e+` will be ignored.`)}let r;if(r=/^(\w+)\(([^\)]*)\)/.exec(e)){let i,a=r[1],o=r[2];switch(a){case`rgb`:case`rgba`:if(i=/^\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*(?:,\s*(\d+(?:\.\d+)?|\.\d+)\s*)?$/.exec(o))return n(i[4]),this.setRGB(Math.min(255,parseInt(i[1],10))/255,Math.min(255,parseInt(i[2],10))/255,Math.min(255,parseInt(i[3],10))/255,t);if(i=/^\s*(\d+(?:\.\d+)?|\.\d+)\%\s*,\s*(\d+(?:\.\d+)?|\.\d+)\%\s*,\s*(\d+(?:\.\d+)?|\.\d+)\%\s*(?:,\s*(\d+(?:\.\d+)?|\.\d+)\s*)?$/.exec(o))return n(i[4]),this.setRGB(Math.min(100,parseFloat(i[1]))/100,Math.min(100,parseFloat(i[2]))/100,Math.min(100,parseFloat(i[3]))/100,t);break;case`hsl`:case`hsla`:if(i=/^\s*([+-]?(?:\d+(?:\.\d+)?|\.\d+))\s*,\s*(\d+(?:\.\d+)?|\.\d+)\%\s*,\s*(\d+(?:\.\d+)?|\.\d+)\%\s*(?:,\s*(\d+(?:\.\d+)?|\.\d+)\s*)?$/.exec(o))return n(i[4]),this.setHSL(parseFloat(i[1])/360,parseFloat(i[2])/100,parseFloat(i[3])/100,t);break;default:L(`Color: Unknown color model `+e)}}else if(r=/^\#([A-Fa-f\d]+)$/.exec(e)){let n=r[1],i=n.length;if(i===3)return this.setRGB(parseInt(n.charAt(0),16)/15,parseInt(n.charAt(1),16)/15,parseInt(n.charAt(2),16)/15,t);if(i===6)return this.setHex(parseInt(n,16),t);L(`Color: Invalid hex color `+e)}else if(e&&e.length>0)return this.setColorName(e,t);return this}setColorName(e,t=k){let n=_t[e.toLowerCase()];return n===void 0?L(`Color: Unknown color `+e):this.setHex(n,t),this}clone(){return new this.constructor(this.r,this.g,this.b)}copy(e){return this.r=e.r,this.g=e.g,this.b=e.b,this}copySRGBToLinear(e){return this.r=Oe(e.r),this.g=Oe(e.g),this.b=Oe(e.b),this}copyLinearToSRGB(e){return this.r=ke(e.r),this.g=ke(e.g),this.b=ke(e.b),this}convertSRGBToLinear(){return this.copySRGBToLinear(this),this}convertLinearToSRGB(){return this.copyLinearToSRGB(this),this}getHex(e=k){return U.workingToColorSpace(xt.copy(this),e),Math.round(z(xt.r*255,0,255))*65536+Math.round(z(xt.g*255,0,255))*256+Math.round(z(xt.b*255,0,255))}getHexString(e=k){return(`000000`+this.getHex(e).toString(16)).slice(-6)}getHSL(e,t=U.workingColorSpace){U.workingToColorSpace(xt.copy(this),t);let n=xt.r,r=xt.g,i=xt.b,a=Math.max(n,r,i),o=Math.min(n,r,i),s,c,l=(o+a)/2;if(o===a)s=0,c=0;else{let e=a-o;switch(c=l<=.5?e/(a+o):e/(2-a-o),a){case n:s=(r-i)/e+(r<i?6:0);break;case r:s=(i-n)/e+2;break;case i:s=(n-r)/e+4}s/=6}return e.h=s,e.s=c,e.l=l,e}getRGB(e,t=U.workingColorSpace){return U.workingToColorSpace(xt.copy(this),t),e.r=xt.r,e.g=xt.g,e.b=xt.b,e}getStyle(e=k){U.workingToColorSpace(xt.copy(this),e);let t=xt.r,n=xt.g,r=xt.b;return e===`srgb`?`rgb(${Math.round(t*255)},${Math.round(n*255)},${Math.round(r*255)})`:`color(${e} ${t.toFixed(3)} ${n.toFixed(3)} ${r.toFixed(3)})`}offsetHSL(e,t,n){return this.getHSL(vt),this.setHSL(vt.h+e,vt.s+t,vt.l+n)}add(e){return this.r+=e.r,this.g+=e.g,this.b+=e.b,this}addColors(e,t){return this.r=e.r+t.r,this.g=e.g+t.g,this.b=e.b+t.b,this}addScalar(e){return this.r+=e,this.g+=e,this.b+=e,this}sub(e){return this.r=Math.max(0,this.r-e.r),this.g=Math.max(0,this.g-e.g),this.b=Math.max(0,this.b-e.b),this}multiply(e){return this.r*=e.r,this.g*=e.g,this.b*=e.b,this}multiplyScalar(e){return this.r*=e,this.g*=e,this.b*=e,this}lerp(e,t){return this.r+=(e.r-this.r)*t,this.g+=(e.g-this.g)*t,this.b+=(e.b-this.b)*t,this}lerpColors(e,t,n){return this.r=e.r+(t.r-e.r)*n,this.g=e.g+(t.g-e.g)*n,this.b=e.b+(t.b-e.b)*n,this}lerpHSL(e,t){this.getHSL(vt),e.getHSL(yt);let n=ge(vt.h,yt.h,t),r=ge(vt.s,yt.s,t),i=ge(vt.l,yt.l,t);return this.setHSL(n,r,i),this}setFromVector3(e){return this.r=e.x,this.g=e.y,this.b=e.z,this}applyMatrix3(e){let t=this.r,n=this.g,r=this.b,i=e.elements;return this.r=i[0]*t+i[3]*n+i[6]*r,this.g=i[1]*t+i[4]*n+i[7]*r,this.b=i[2]*t+i[5]*n+i[8]*r,this}equals(e){return e.r===this.r&&e.g===this.g&&e.b===this.b}fromArray(e,t=0){return this.r=e[t],this.g=e[t+1],this.b=e[t+2],this}toArray(e=[],t=0){return e[t]=this.r,e[t+1]=this.g,e[t+2]=this.b,e}fromBufferAttribute(e,t){return this.r=e.getX(t),this.g=e.getY(t),this.b=e.getZ(t),this}toJSON(){return this.getHex()}*[Symbol.iterator](){yield this.r,yield this.g,yield this.b}},xt=new J;J.NAMES=_t;var St=class extends pt{constructor(){super(),this.isScene=!0,this.type=`Scene`,this.background=null,this.environment=null,this.fog=null,this.backgroundBlurriness=0,this.backgroundIntensity=1,this.backgroundRotation=new Xe,this.environmentIntensity=1,this.environmentRotation=new Xe,this.overrideMaterial=null,typeof __THREE_DEVTOOLS__<`u`&&__THREE_DEVTOOLS__.dispatchEvent(new CustomEvent(`observe`,{detail:this}))}copy(e,t){return super.copy(e,t),this.background=e.background===null?null:e.background.clone(),this.environment=e.environment===null?null:e.environment.clone(),this.fog=e.fog===null?null:e.fog.clone(),this.backgroundBlurriness=e.backgroundBlurriness,this.backgroundIntensity=e.backgroundIntensity,this.backgroundRotation.copy(e.backgroundRotation),this.environmentIntensity=e.environmentIntensity,this.environmentRotation.copy(e.environmentRotation),this.overrideMaterial=e.overrideMaterial===null?null:e.overrideMaterial.clone(),this.matrixAutoUpdate=e.matrixAutoUpdate,this}toJSON(e){let t=super.toJSON(e);return this.fog!==null&&(t.object.fog=this.fog.toJSON()),t.object.backgroundBlurriness=this.backgroundBlurriness,t.object.backgroundIntensity=this.backgroundIntensity,t.object.backgroundRotation=this.backgroundRotation.toArray(),t.object.environmentIntensity=this.environmentIntensity,t.object.environmentRotation=this.environmentRotation.toArray(),t}},Ct=new V,wt=new V,Tt=new V,Et=new V,Dt=new V,Ot=new V,kt=new V,At=new V,jt=new V,Mt=new V,Nt=new Le,Pt=new Le,Ft=new Le,It=class e{constructor(e=new V,t=new V,n=new V){this.a=e,this.b=t,this.c=n}static getNormal(e,t,n,r){r.subVectors(n,t),Ct.subVectors(e,t),r.cross(Ct);let i=r.lengthSq();return i>0?r.multiplyScalar(1/Math.sqrt(i)):r.set(0,0,0)}static getBarycoord(e,t,n,r,i){Ct.subVectors(r,t),wt.subVectors(n,t),Tt.subVectors(e,t);let a=Ct.dot(Ct),o=Ct.dot(wt),s=Ct.dot(Tt),c=wt.dot(wt),l=wt.dot(Tt),u=a*c-o*o;if(u===0)return i.set(0,0,0),null;let d=1/u,f=(c*s-o*l)*d,p=(a*l-o*s)*d;return i.set(1-f-p,p,f)}static containsPoint(e,t,n,r){return this.getBarycoord(e,t,n,r,Et)!==null&&Et.x>=0&&Et.y>=0&&Et.x+Et.y<=1}static getInterpolation(e,t,n,r,i,a,o,s){return this.getBarycoord(e,t,n,r,Et)===null?(s.x=0,s.y=0,`z`in s&&(s.z=0),`w`in s&&(s.w=0),null):(s.setScalar(0),s.addScaledVector(i,Et.x),s.addScaledVector(a,Et.y),s.addScaledVector(o,Et.z),s)}static getInterpolatedAttribute(e,t,n,r,i,a){return Nt.setScalar(0),Pt.setScalar(0),Ft.setScalar(0),Nt.fromBufferAttribute(e,t),Pt.fromBufferAttribute(e,n),Ft.fromBufferAttribute(e,r),a.setScalar(0),a.addScaledVector(Nt,i.x),a.addScaledVector(Pt,i.y),a.addScaledVector(Ft,i.z),a}static isFrontFacing(e,t,n,r){return Ct.subVectors(n,t),wt.subVectors(e,t),Ct.cross(wt).dot(r)<0}set(e,t,n){return this.a.copy(e),this.b.copy(t),this.c.copy(n),this}setFromPointsAndIndices(e,t,n,r){return this.a.copy(e[t]),this.b.copy(e[n]),this.c.copy(e[r]),this}setFromAttributeAndIndices(e,t,n,r){return this.a.fromBufferAttribute(e,t),this.b.fromBufferAttribute(e,n),this.c.fromBufferAttribute(e,r),this}clone(){return new this.constructor().copy(this)}copy(e){return this.a.copy(e.a),this.b.copy(e.b),this.c.copy(e.c),this}getArea(){return Ct.subVectors(this.c,this.b),wt.subVectors(this.a,this.b),Ct.cross(wt).length()*.5}getMidpoint(e){return e.addVectors(this.a,this.b).add(this.c).multiplyScalar(1/3)}getNormal(t){return e.getNormal(this.a,this.b,this.c,t)}getPlane(e){return e.setFromCoplanarPoints(this.a,this.b,this.c)}getBarycoord(t,n){return e.getBarycoord(t,this.a,this.b,this.c,n)}getInterpolation(t,n,r,i,a){return e.getInterpolation(t,this.a,this.b,this.c,n,r,i,a)}containsPoint(t){return e.containsPoint(t,this.a,this.b,this.c)}isFrontFacing(t){return e.isFrontFacing(this.a,this.b,this.c,t)}intersectsBox(e){return e.intersectsTriangle(this)}closestPointToPoint(e,t){let n=this.a,r=this.b,i=this.c,a,o;Dt.subVectors(r,n),Ot.subVectors(i,n),At.subVectors(e,n);let s=Dt.dot(At),c=Ot.dot(At);if(s<=0&&c<=0)return t.copy(n);jt.subVectors(e,r);let l=Dt.dot(jt),u=Ot.dot(jt);if(l>=0&&u<=l)return t.copy(r);let d=s*u-l*c;if(d<=0&&s>=0&&l<=0&&s-l>0)return a=s/(s-l),t.copy(n).addScaledVector(Dt,a);Mt.subVectors(e,i);let f=Dt.dot(Mt),p=Ot.dot(Mt);if(p>=0&&f<=p)return t.copy(i);let m=f*c-s*p;if(m<=0&&c>=0&&p<=0)return o=c/(c-p),t.copy(n).addScaledVector(Ot,o);let h=l*p-f*u;if(h<=0&&u-l>=0&&f-p>=0)return kt.subVectors(i,r),o=(u-l)/(u-l+(f-p)),t.copy(r).addScaledVector(kt,o);let g=1/(h+m+d);return a=m*g,o=d*g,t.copy(n).addScaledVector(Dt,a).addScaledVector(Ot,o)}equals(e){return e.a.equals(this.a)&&e.b.equals(this.b)&&e.c.equals(this.c)}},Lt=class{constructor(e=new V(1/0,1/0,1/0),t=new V(-1/0,-1/0,-1/0)){this.isBox3=!0,this.min=e,this.max=t}set(e,t){return this.min.copy(e),this.max.copy(t),this}setFromArray(e){this.makeEmpty();for(let t=0,n=e.length;t<n;t+=3)this.expandByPoint(zt.fromArray(e,t));return this}setFromBufferAttribute(e){this.makeEmpty();for(let t=0,n=e.count;t<n;t++)this.expandByPoint(zt.fromBufferAttribute(e,t));return this}setFromPoints(e){this.makeEmpty();for(let t=0,n=e.length;t<n;t++)this.expandByPoint(e[t]);return this}setFromCenterAndSize(e,t){let n=zt.copy(t).multiplyScalar(.5);return this.min.copy(e).sub(n),this.max.copy(e).add(n),this}setFromObject(e,t=!1){return this.makeEmpty(),this.expandByObject(e,t)}clone(){return new this.constructor().copy(this)}copy(e){return this.min.copy(e.min),this.max.copy(e.max),this}makeEmpty(){return this.min.x=this.min.y=this.min.z=1/0,this.max.x=this.max.y=this.max.z=-1/0,this}isEmpty(){return this.max.x<this.min.x||this.max.y<this.min.y||this.max.z<this.min.z}getCenter(e){return this.isEmpty()?e.set(0,0,0):e.addVectors(this.min,this.max).multiplyScalar(.5)}getSize(e){return this.isEmpty()?e.set(0,0,0):e.subVectors(this.max,this.min)}expandByPoint(e){return this.min.min(e),this.max.max(e),this}expandByVector(e){return this.min.sub(e),this.max.add(e),this}expandByScalar(e){return this.min.addScalar(-e),this.max.addScalar(e),this}expandByObject(e,t=!1){e.updateWorldMatrix(!1,!1);let n=e.geometry;if(n!==void 0){let r=n.getAttribute(`position`);if(t===!0&&r!==void 0&&e.isInstancedMesh!==!0&&e.isBatchedMesh!==!0)for(let t=0,n=r.count;t<n;t++)e.isMesh===!0?e.getVertexPosition(t,zt):zt.fromBufferAttribute(r,t),zt.applyMatrix4(e.matrixWorld),this.expandByPoint(zt);else e.boundingBox===void 0?(n.boundingBox===null&&n.computeBoundingBox(),Bt.copy(n.boundingBox)):(e.boundingBox===null&&e.computeBoundingBox(),Bt.copy(e.boundingBox)),Bt.applyMatrix4(e.matrixWorld),this.union(Bt)}let r=e.children;for(let e=0,n=r.length;e<n;e++)this.expandByObject(r[e],t);return this}containsPoint(e){return e.x>=this.min.x&&e.x<=this.max.x&&e.y>=this.min.y&&e.y<=this.max.y&&e.z>=this.min.z&&e.z<=this.max.z}containsBox(e){return this.min.x<=e.min.x&&e.max.x<=this.max.x&&this.min.y<=e.min.y&&e.max.y<=this.max.y&&this.min.z<=e.min.z&&e.max.z<=this.max.z}getParameter(e,t){return t.set((e.x-this.min.x)/(this.max.x-this.min.x),(e.y-this.min.y)/(this.max.y-this.min.y),(e.z-this.min.z)/(this.max.z-this.min.z))}intersectsBox(e){return e.max.x>=this.min.x&&e.min.x<=this.max.x&&e.max.y>=this.min.y&&e.min.y<=this.max.y&&e.max.z>=this.min.z&&e.min.z<=this.max.z}intersectsSphere(e){return this.clampPoint(e.center,zt),zt.distanceToSquared(e.center)<=e.radius*e.radius}intersectsPlane(e){let t,n;return e.normal.x>0?(t=e.normal.x*this.min.x,n=e.normal.x*this.max.x):(t=e.normal.x*this.max.x,n=e.normal.x*this.min.x),e.normal.y>0?(t+=e.normal.y*this.min.y,n+=e.normal.y*this.max.y):(t+=e.normal.y*this.max.y,n+=e.normal.y*this.min.y),e.normal.z>0?(t+=e.normal.z*this.min.z,n+=e.normal.z*this.max.z):(t+=e.normal.z*this.max.z,n+=e.normal.z*this.min.z),t<=-e.constant&&n>=-e.constant}intersectsTriangle(e){if(this.isEmpty())return!1;this.getCenter(qt),Jt.subVectors(this.max,qt),Vt.subVectors(e.a,qt),Ht.subVectors(e.b,qt),Ut.subVectors(e.c,qt),Wt.subVectors(Ht,Vt),Gt.subVectors(Ut,Ht),Kt.subVectors(Vt,Ut);let t=[0,-Wt.z,Wt.y,0,-Gt.z,Gt.y,0,-Kt.z,Kt.y,Wt.z,0,-Wt.x,Gt.z,0,-Gt.x,Kt.z,0,-Kt.x,-Wt.y,Wt.x,0,-Gt.y,Gt.x,0,-Kt.y,Kt.x,0];return!Zt(t,Vt,Ht,Ut,Jt)||(t=[1,0,0,0,1,0,0,0,1],!Zt(t,Vt,Ht,Ut,Jt))?!1:(Yt.crossVectors(Wt,Gt),t=[Yt.x,Yt.y,Yt.z],Zt(t,Vt,Ht,Ut,Jt))}clampPoint(e,t){return t.copy(e).clamp(this.min,this.max)}distanceToPoint(e){return this.clampPoint(e,zt).distanceTo(e)}getBoundingSphere(e){return this.isEmpty()?e.makeEmpty():(this.getCenter(e.center),e.radius=this.getSize(zt).length()*.5),e}intersect(e){return this.min.max(e.min),this.max.min(e.max),this.isEmpty()&&this.makeEmpty(),this}union(e){return this.min.min(e.min),this.max.max(e.max),this}applyMatrix4(e){return this.isEmpty()||(Rt[0].set(this.min.x,this.min.y,this.min.z).applyMatrix4(e),Rt[1].set(this.min.x,this.min.y,this.max.z).applyMatrix4(e),Rt[2].set(this.min.x,this.max.y,this.min.z).applyMatrix4(e),Rt[3].set(this.min.x,this.max.y,this.max.z).applyMatrix4(e),Rt[4].set(this.max.x,this.min.y,this.min.z).applyMatrix4(e),Rt[5].set(this.max.x,this.min.y,this.max.z).applyMatrix4(e),Rt[6].set(this.max.x,this.max.y,this.min.z).applyMatrix4(e),Rt[7].set(this.max.x,this.max.y,this.max.z).applyMatrix4(e),this.setFromPoints(Rt)),this}translate(e){return this.min.add(e),this.max.add(e),this}equals(e){return e.min.equals(this.min)&&e.max.equals(this.max)}toJSON(){return{min:this.min.toArray(),max:this.max.toArray()}}fromJSON(e){return this.min.fromArray(e.min),this.max.fromArray(e.max),this}},Rt=[new V,new V,new V,new V,new V,new V,new V,new V],zt=new V,Bt=new Lt,Vt=new V,Ht=new V,Ut=new V,Wt=new V,Gt=new V,Kt=new V,qt=new V,Jt=new V,Yt=new V,Xt=new V;function Zt(e,t,n,r,i){for(let a=0,o=e.length-3;a<=o;a+=3){Xt.fromArray(e,a);let o=i.x*Math.abs(Xt.x)+i.y*Math.abs(Xt.y)+i.z*Math.abs(Xt.z),s=t.dot(Xt),c=n.dot(Xt),l=r.dot(Xt);if(Math.max(-Math.max(s,c,l),Math.min(s,c,l))>o)return!1}return!0}var Qt=new V,$t=new B,en=0,tn=class extends ue{constructor(e,t,n=!1){if(super(),Array.isArray(e))throw TypeError(`THREE.BufferAttribute: array should be a Typed Array.`);this.isBufferAttribute=!0,Object.defineProperty(this,"id",{value:en++}),this.name=``,this.array=e,this.itemSize=t,this.count=e===void 0?0:e.length/t,this.normalized=n,this.usage=35044,this.updateRanges=[],this.gpuType=d,this.version=0,this._normalizationScale=e===void 0?void 0:ve(e)}onUploadCallback(){}set needsUpdate(e){e===!0&&this.version++}setUsage(e){return this.usage=e,this}addUpdateRange(e,t){this.updateRanges.push({start:e,count:t})}clearUpdateRanges(){this.updateRanges.length=0}copy(e){return this.name=e.name,this.array=new e.array.constructor(e.array),this.itemSize=e.itemSize,this.count=e.count,this.normalized=e.normalized,this.usage=e.usage,this.gpuType=e.gpuType,this._normalizationScale=e._normalizationScale,this}copyAt(e,t,n){e*=this.itemSize,n*=t.itemSize;for(let r=0,i=this.itemSize;r<i;r++)this.array[e+r]=t.array[n+r];return this}copyArray(e){return this.array.set(e),this}applyMatrix3(e){if(this.itemSize===2)for(let t=0,n=this.count;t<n;t++)$t.fromBufferAttribute(this,t),$t.applyMatrix3(e),this.setXY(t,$t.x,$t.y);else if(this.itemSize===3)for(let t=0,n=this.count;t<n;t++)Qt.fromBufferAttribute(this,t),Qt.applyMatrix3(e),this.setXYZ(t,Qt.x,Qt.y,Qt.z);return this}applyMatrix4(e){for(let t=0,n=this.count;t<n;t++)Qt.fromBufferAttribute(this,t),Qt.applyMatrix4(e),this.setXYZ(t,Qt.x,Qt.y,Qt.z);return this}applyNormalMatrix(e){for(let t=0,n=this.count;t<n;t++)Qt.fromBufferAttribute(this,t),Qt.applyNormalMatrix(e),this.setXYZ(t,Qt.x,Qt.y,Qt.z);return this}transformDirection(e){for(let t=0,n=this.count;t<n;t++)Qt.fromBufferAttribute(this,t),Qt.transformDirection(e),this.setXYZ(t,Qt.x,Qt.y,Qt.z);return this}set(e,t=0){return this.array.set(e,t),this}getComponent(e,t){let n=this.array[e*this.itemSize+t];return this.normalized&&(n=this._denormalize(n)),n}setComponent(e,t,n){return this.normalized&&(n=this._normalize(n)),this.array[e*this.itemSize+t]=n,this}getX(e){let t=this.array[e*this.itemSize];return this.normalized&&(t=this._denormalize(t)),t}setX(e,t){return this.normalized&&(t=this._normalize(t)),this.array[e*this.itemSize]=t,this}getY(e){let t=this.array[e*this.itemSize+1];return this.normalized&&(t=this._denormalize(t)),t}setY(e,t){return this.normalized&&(t=this._normalize(t)),this.array[e*this.itemSize+1]=t,this}getZ(e){let t=this.array[e*this.itemSize+2];return this.normalized&&(t=this._denormalize(t)),t}setZ(e,t){return this.normalized&&(t=this._normalize(t)),this.array[e*this.itemSize+2]=t,this}getW(e){let t=this.array[e*this.itemSize+3];return this.normalized&&(t=this._denormalize(t)),t}setW(e,t){return this.normalized&&(t=this._normalize(t)),this.array[e*this.itemSize+3]=t,this}setXY(e,t,n){return e*=this.itemSize,this.normalized&&(t=this._normalize(t),n=this._normalize(n)),this.array[e+0]=t,this.array[e+1]=n,this}setXYZ(e,t,n,r){return e*=this.itemSize,this.normalized&&(t=this._normalize(t),n=this._normalize(n),r=this._normalize(r)),this.array[e+0]=t,this.array[e+1]=n,this.array[e+2]=r,this}setXYZW(e,t,n,r,i){return e*=this.itemSize,this.normalized&&(t=this._normalize(t),n=this._normalize(n),r=this._normalize(r),i=this._normalize(i)),this.array[e+0]=t,this.array[e+1]=n,this.array[e+2]=r,this.array[e+3]=i,this}onUpload(e){return this.onUploadCallback=e,this}clone(){return new this.constructor(this.array,this.itemSize).copy(this)}toJSON(){let e={itemSize:this.itemSize,type:this.array.constructor.name,array:Array.from(this.array),normalized:this.normalized};return e.name=this.name,e.usage=this.usage,e.gpuType=this.gpuType,e}dispose(){this.dispatchEvent({type:`dispose`})}_denormalize(e){let t=this._normalizationScale;return t===void 0?ye(e,this.array):Math.max(e/t,-1)}_normalize(e){let t=this._normalizationScale;return t===void 0?be(e,this.array):Math.round(e*t)}},nn=class extends tn{constructor(e,t,n){super(new Uint16Array(e),t,n)}},rn=class extends tn{constructor(e,t,n){super(new Uint32Array(e),t,n)}},an=class extends tn{constructor(e,t,n){super(new Float32Array(e),t,n)}},on=new Lt,sn=new V,cn=new V,ln=class{constructor(e=new V,t=-1){this.isSphere=!0,this.center=e,this.radius=t}set(e,t){return this.center.copy(e),this.radius=t,this}setFromPoints(e,t){let n=this.center;t===void 0?on.setFromPoints(e).getCenter(n):n.copy(t);let r=0;for(let t=0,i=e.length;t<i;t++)r=Math.max(r,n.distanceToSquared(e[t]));return this.radius=Math.sqrt(r),this}copy(e){return this.center.copy(e.center),this.radius=e.radius,this}isEmpty(){return this.radius<0}makeEmpty(){return this.center.set(0,0,0),this.radius=-1,this}containsPoint(e){return e.distanceToSquared(this.center)<=this.radius*this.radius}distanceToPoint(e){return e.distanceTo(this.center)-this.radius}intersectsSphere(e){let t=this.radius+e.radius;return e.center.distanceToSquared(this.center)<=t*t}intersectsBox(e){return e.intersectsSphere(this)}intersectsPlane(e){return Math.abs(e.distanceToPoint(this.center))<=this.radius}clampPoint(e,t){let n=this.center.distanceToSquared(e);return t.copy(e),n>this.radius*this.radius&&(t.sub(this.center).normalize(),t.multiplyScalar(this.radius).add(this.center)),t}getBoundingBox(e){return this.isEmpty()?(e.makeEmpty(),e):(e.set(this.center,this.center),e.expandByScalar(this.radius),e)}applyMatrix4(e){return this.center.applyMatrix4(e),this.radius*=e.getMaxScaleOnAxis(),this}translate(e){return this.center.add(e),this}expandByPoint(e){if(this.isEmpty())return this.center.copy(e),this.radius=0,this;sn.subVectors(e,this.center);let t=sn.lengthSq();if(t>this.radius*this.radius){let e=Math.sqrt(t),n=(e-this.radius)*.5;this.center.addScaledVector(sn,n/e),this.radius+=n}return this}union(e){return e.isEmpty()?this:this.isEmpty()?(this.copy(e),this):(this.center.equals(e.center)===!0?this.radius=Math.max(this.radius,e.radius):(cn.subVectors(e.center,this.center).setLength(e.radius),this.expandByPoint(sn.copy(e.center).add(cn)),this.expandByPoint(sn.copy(e.center).sub(cn))),this)}equals(e){return e.center.equals(this.center)&&e.radius===this.radius}clone(){return new this.constructor().copy(this)}toJSON(){return{radius:this.radius,center:this.center.toArray()}}fromJSON(e){return this.radius=e.radius,this.center.fromArray(e.center),this}},un=0,dn=new Ve,fn=new pt,pn=new V,mn=new Lt,hn=new Lt,gn=new V,_n=class e extends ue{constructor(){super(),this.isBufferGeometry=!0,Object.defineProperty(this,"id",{value:un++}),this.uuid=me(),this.name=``,this.type=`BufferGeometry`,this.index=null,this.indirect=null,this.indirectOffset=0,this.attributes={},this.morphAttributes={},this.morphTargetsRelative=!1,this.groups=[],this.boundingBox=null,this.boundingSphere=null,this.drawRange={start:0,count:1/0},this.userData={},this._transformed=!1}getIndex(){return this.index}setIndex(e){return this.index=Array.isArray(e)?new(P(e)?rn:nn)(e,1):e,this}setIndirect(e,t=0){return this.indirect=e,this.indirectOffset=t,this}getIndirect(){return this.indirect}getAttribute(e){return this.attributes[e]}setAttribute(e,t){return this.attributes[e]=t,this}deleteAttribute(e){return delete this.attributes[e],this}hasAttribute(e){return this.attributes[e]!==void 0}addGroup(e,t,n=0){this.groups.push({start:e,count:t,materialIndex:n})}clearGroups(){this.groups=[]}setDrawRange(e,t){this.drawRange.start=e,this.drawRange.count=t}applyMatrix4(e){let t=this.attributes.position;t!==void 0&&(t.applyMatrix4(e),t.needsUpdate=!0);let n=this.attributes.normal;if(n!==void 0){let t=new H().getNormalMatrix(e);n.applyNormalMatrix(t),n.needsUpdate=!0}let r=this.attributes.tangent;return r!==void 0&&(r.transformDirection(e),r.needsUpdate=!0),this.boundingBox!==null&&this.computeBoundingBox(),this.boundingSphere!==null&&this.computeBoundingSphere(),this._transformed=!0,this}applyQuaternion(e){return dn.makeRotationFromQuaternion(e),this.applyMatrix4(dn),this}rotateX(e){return dn.makeRotationX(e),this.applyMatrix4(dn),this}rotateY(e){return dn.makeRotationY(e),this.applyMatrix4(dn),this}rotateZ(e){return dn.makeRotationZ(e),this.applyMatrix4(dn),this}translate(e,t,n){return dn.makeTranslation(e,t,n),this.applyMatrix4(dn),this}scale(e,t,n){return dn.makeScale(e,t,n),this.applyMatrix4(dn),this}lookAt(e){return fn.lookAt(e),fn.updateMatrix(),this.applyMatrix4(fn.matrix),this}center(){return this.computeBoundingBox(),this.boundingBox.getCenter(pn).negate(),this.translate(pn.x,pn.y,pn.z),this}setFromPoints(e){let t=this.getAttribute(`position`);if(t===void 0){let t=[];for(let n=0,r=e.length;n<r;n++){let r=e[n];t.push(r.x,r.y,r.z||0)}this.setAttribute(`position`,new an(t,3))}else{let n=Math.min(e.length,t.count);for(let r=0;r<n;r++){let n=e[r];t.setXYZ(r,n.x,n.y,n.z||0)}e.length>t.count&&L(`BufferGeometry: Buffer size too small for points data. Use .dispose() and create a new geometry.`),t.needsUpdate=!0}return this}computeBoundingBox(){this.boundingBox===null&&(this.boundingBox=new Lt);let e=this.attributes.position,t=this.morphAttributes.position;if(e&&e.isGLBufferAttribute)R(`BufferGeometry.computeBoundingBox(): GLBufferAttribute requires a manual bounding box.`,this),this.boundingBox.set(new V(-1/0,-1/0,-1/0),new V(1/0,1/0,1/0));else{if(e!==void 0){if(this.boundingBox.setFromBufferAttribute(e),t)for(let e=0,n=t.length;e<n;e++){let n=t[e];mn.setFromBufferAttribute(n),this.morphTargetsRelative?(gn.addVectors(this.boundingBox.min,mn.min),this.boundingBox.expandByPoint(gn),gn.addVectors(this.boundingBox.max,mn.max),this.boundingBox.expandByPoint(gn)):(this.boundingBox.expandByPoint(mn.min),this.boundingBox.expandByPoint(mn.max))}}else this.boundingBox.makeEmpty();(isNaN(this.boundingBox.min.x)||isNaN(this.boundingBox.min.y)||isNaN(this.boundingBox.min.z))&&R(`BufferGeometry.computeBoundingBox(): Computed min/max have NaN values. The "position" attribute is likely to have NaN values.`,this)}}computeBoundingSphere(){this.boundingSphere===null&&(this.boundingSphere=new ln);let e=this.attributes.position,t=this.morphAttributes.position;if(e&&e.isGLBufferAttribute)R(`BufferGeometry.computeBoundingSphere(): GLBufferAttribute requires a manual bounding sphere.`,this),this.boundingSphere.set(new V,1/0);else if(e){let n=this.boundingSphere.center;if(mn.setFromBufferAttribute(e),t)for(let e=0,n=t.length;e<n;e++){let n=t[e];hn.setFromBufferAttribute(n),this.morphTargetsRelative?(gn.addVectors(mn.min,hn.min),mn.expandByPoint(gn),gn.addVectors(mn.max,hn.max),mn.expandByPoint(gn)):(mn.expandByPoint(hn.min),mn.expandByPoint(hn.max))}mn.getCenter(n);let r=0;for(let t=0,i=e.count;t<i;t++)gn.fromBufferAttribute(e,t),r=Math.max(r,n.distanceToSquared(gn));if(t)for(let i=0,a=t.length;i<a;i++){let a=t[i],o=this.morphTargetsRelative;for(let t=0,i=a.count;t<i;t++)gn.fromBufferAttribute(a,t),o&&(pn.fromBufferAttribute(e,t),gn.add(pn)),r=Math.max(r,n.distanceToSquared(gn))}this.boundingSphere.radius=Math.sqrt(r),isNaN(this.boundingSphere.radius)&&R(`BufferGeometry.computeBoundingSphere(): Computed radius is NaN. The "position" attribute is likely to have NaN values.`,this)}}computeTangents(){let e=this.index,t=this.attributes;if(e===null||t.position===void 0||t.normal===void 0||t.uv===void 0){R(`BufferGeometry: .computeTangents() failed. Missing required attributes (index, position, normal or uv)`);return}let n=t.position,r=t.normal,i=t.uv,a=this.getAttribute(`tangent`);(a===void 0||a.count!==n.count)&&(a=new tn(new Float32Array(4*n.count),4),this.setAttribute(`tangent`,a));let o=[],s=[],c=new Uint8Array(n.count);for(let e=0;e<n.count;e++)o[e]=new V,s[e]=new V;let l=new V,u=new V,d=new V,f=new B,p=new B,m=new B,h=new V,g=new V;function _(e,t,r){c[e]=c[t]=c[r]=1,l.fromBufferAttribute(n,e),u.fromBufferAttribute(n,t),d.fromBufferAttribute(n,r),f.fromBufferAttribute(i,e),p.fromBufferAttribute(i,t),m.fromBufferAttribute(i,r),u.sub(l),d.sub(l),p.sub(f),m.sub(f);let a=1/(p.x*m.y-m.x*p.y);isFinite(a)&&(h.copy(u).multiplyScalar(m.y).addScaledVector(d,-p.y).multiplyScalar(a),g.copy(d).multiplyScalar(p.x).addScaledVector(u,-m.x).multiplyScalar(a),o[e].add(h),o[t].add(h),o[r].add(h),s[e].add(g),s[t].add(g),s[r].add(g))}let v=this.groups;v.length===0&&(v=[{start:0,count:e.count}]);for(let t=0,n=v.length;t<n;++t){let n=v[t],r=n.start,i=n.count;for(let t=r,n=r+i;t<n;t+=3)_(e.getX(t+0),e.getX(t+1),e.getX(t+2))}let y=new V,b=new V,x=new V,S=new V;function C(e){x.fromBufferAttribute(r,e),S.copy(x);let t=o[e];y.copy(t),y.sub(x.multiplyScalar(x.dot(t))).normalize(),b.crossVectors(S,t);let n=b.dot(s[e])<0?-1:1;a.setXYZW(e,y.x,y.y,y.z,n)}for(let e=0,t=n.count;e<t;++e)c[e]&&C(e);this._transformed=!0}computeVertexNormals(){let e=this.index,t=this.getAttribute(`position`);if(t!==void 0){let n=this.getAttribute(`normal`);if(n===void 0||n.count!==t.count)n=new tn(new Float32Array(t.count*3),3),this.setAttribute(`normal`,n);else for(let e=0,t=n.count;e<t;e++)n.setXYZ(e,0,0,0);let r=new V,i=new V,a=new V,o=new V,s=new V,c=new V,l=new V,u=new V;if(e)for(let d=0,f=e.count;d<f;d+=3){let f=e.getX(d+0),p=e.getX(d+1),m=e.getX(d+2);r.fromBufferAttribute(t,f),i.fromBufferAttribute(t,p),a.fromBufferAttribute(t,m),l.subVectors(a,i),u.subVectors(r,i),l.cross(u),o.fromBufferAttribute(n,f),s.fromBufferAttribute(n,p),c.fromBufferAttribute(n,m),o.add(l),s.add(l),c.add(l),n.setXYZ(f,o.x,o.y,o.z),n.setXYZ(p,s.x,s.y,s.z),n.setXYZ(m,c.x,c.y,c.z)}else for(let e=0,o=t.count;e<o;e+=3)r.fromBufferAttribute(t,e+0),i.fromBufferAttribute(t,e+1),a.fromBufferAttribute(t,e+2),l.subVectors(a,i),u.subVectors(r,i),l.cross(u),n.setXYZ(e+0,l.x,l.y,l.z),n.setXYZ(e+1,l.x,l.y,l.z),n.setXYZ(e+2,l.x,l.y,l.z);this.normalizeNormals(),n.needsUpdate=!0}}normalizeNormals(){let e=this.attributes.normal;for(let t=0,n=e.count;t<n;t++)gn.fromBufferAttribute(e,t),gn.normalize(),e.setXYZ(t,gn.x,gn.y,gn.z)}toNonIndexed(){function t(e,t){let n=e.array,r=e.itemSize,i=e.normalized,a=new n.constructor(t.length*r),o=0,s=0;for(let i=0,c=t.length;i<c;i++){o=e.isInterleavedBufferAttribute?t[i]*e.data.stride+e.offset:t[i]*r;for(let e=0;e<r;e++)a[s++]=n[o++]}return new tn(a,r,i)}if(this.index===null)return L(`BufferGeometry.toNonIndexed(): BufferGeometry is already non-indexed.`),this;let n=new e,r=this.index.array,i=this.attributes;for(let e in i){let a=i[e],o=t(a,r);n.setAttribute(e,o)}let a=this.morphAttributes;for(let e in a){let i=[],o=a[e];for(let e=0,n=o.length;e<n;e++){let n=o[e],a=t(n,r);i.push(a)}n.morphAttributes[e]=i}n.morphTargetsRelative=this.morphTargetsRelative;let o=this.groups;for(let e=0,t=o.length;e<t;e++){let t=o[e];n.addGroup(t.start,t.count,t.materialIndex)}return n}toJSON(){let e={metadata:{version:4.7,type:`BufferGeometry`,generator:`BufferGeometry.toJSON`}};if(e.uuid=this.uuid,e.type=this.parameters!==void 0&&this._transformed===!0?`BufferGeometry`:this.type,e.name=this.name,Object.keys(this.userData).length>0&&(e.userData=this.userData),this.parameters!==void 0&&this._transformed!==!0){let t=this.parameters;for(let n in t)t[n]!==void 0&&(e[n]=t[n]);return e}e.data={attributes:{}};let t=this.index;t!==null&&(e.data.index={type:t.array.constructor.name,array:Array.prototype.slice.call(t.array)});let n=this.attributes;for(let t in n){let r=n[t];e.data.attributes[t]=r.toJSON(e.data)}let r={},i=!1;for(let t in this.morphAttributes){let n=this.morphAttributes[t],a=[];for(let t=0,r=n.length;t<r;t++){let r=n[t];a.push(r.toJSON(e.data))}a.length>0&&(r[t]=a,i=!0)}i&&(e.data.morphAttributes=r,e.data.morphTargetsRelative=this.morphTargetsRelative);let a=this.groups;a.length>0&&(e.data.groups=JSON.parse(JSON.stringify(a)));let o=this.boundingSphere;return o!==null&&(e.data.boundingSphere=o.toJSON()),e}clone(){return new this.constructor().copy(this)}copy(e){this.index=null,this.attributes={},this.morphAttributes={},this.groups=[],this.boundingBox=null,this.boundingSphere=null;let t={};this.name=e.name;let n=e.index;n!==null&&this.setIndex(n.clone());let r=e.attributes;for(let e in r){let n=r[e];this.setAttribute(e,n.clone(t))}let i=e.morphAttributes;for(let e in i){let n=[],r=i[e];for(let e=0,i=r.length;e<i;e++)n.push(r[e].clone(t));this.morphAttributes[e]=n}this.morphTargetsRelative=e.morphTargetsRelative;let a=e.groups;for(let e=0,t=a.length;e<t;e++){let t=a[e];this.addGroup(t.start,t.count,t.materialIndex)}let o=e.boundingBox;o!==null&&(this.boundingBox=o.clone());let s=e.boundingSphere;return s!==null&&(this.boundingSphere=s.clone()),this.drawRange.start=e.drawRange.start,this.drawRange.count=e.drawRange.count,this.userData=e.userData,this._transformed=e._transformed,this}dispose(){this.dispatchEvent({type:`dispose`})}},vn=new V,yn=new V,bn=new H,xn=class{constructor(e=new V(1,0,0),t=0){this.isPlane=!0,this.normal=e,this.constant=t}set(e,t){return this.normal.copy(e),this.constant=t,this}setComponents(e,t,n,r){return this.normal.set(e,t,n),this.constant=r,this}setFromNormalAndCoplanarPoint(e,t){return this.normal.copy(e),this.constant=-t.dot(this.normal),this}setFromCoplanarPoints(e,t,n){let r=vn.subVectors(n,t).cross(yn.subVectors(e,t)).normalize();return this.setFromNormalAndCoplanarPoint(r,e),this}copy(e){return this.normal.copy(e.normal),this.constant=e.constant,this}normalize(){let e=1/this.normal.length();return this.normal.multiplyScalar(e),this.constant*=e,this}negate(){return this.constant*=-1,this.normal.negate(),this}distanceToPoint(e){return this.normal.dot(e)+this.constant}distanceToSphere(e){return this.distanceToPoint(e.center)-e.radius}projectPoint(e,t){return t.copy(e).addScaledVector(this.normal,-this.distanceToPoint(e))}intersectLine(e,t,n=!0){let r=e.delta(vn),i=this.normal.dot(r);if(i===0)return this.distanceToPoint(e.start)===0?t.copy(e.start):null;let a=-(e.start.dot(this.normal)+this.constant)/i;return n===!0&&(a<0||a>1)?null:t.copy(e.start).addScaledVector(r,a)}intersectsLine(e){let t=this.distanceToPoint(e.start),n=this.distanceToPoint(e.end);return t<0&&n>0||n<0&&t>0}intersectsBox(e){return e.intersectsPlane(this)}intersectsSphere(e){return e.intersectsPlane(this)}coplanarPoint(e){return e.copy(this.normal).multiplyScalar(-this.constant)}applyMatrix4(e,t){let n=t||bn.getNormalMatrix(e),r=this.coplanarPoint(vn).applyMatrix4(e),i=this.normal.applyMatrix3(n).normalize();return this.constant=-r.dot(i),this}translate(e){return this.constant-=e.dot(this.normal),this}equals(e){return e.normal.equals(this.normal)&&e.constant===this.constant}clone(){return new this.constructor().copy(this)}toJSON(){return{normal:this.normal.toArray(),constant:this.constant}}fromJSON(e){return this.normal.fromArray(e.normal),this.constant=e.constant,this}},Sn=0,Cn=class extends ue{constructor(){super(),this.isMaterial=!0,Object.defineProperty(this,"id",{value:Sn++}),this.uuid=me(),this.name=``,this.type=`Material`,this.blending=1,this.side=0,this.vertexColors=!1,this.opacity=1,this.transparent=!1,this.alphaHash=!1,this.blendSrc=204,this.blendDst=205,this.blendEquation=100,this.blendSrcAlpha=null,this.blendDstAlpha=null,this.blendEquationAlpha=null,this.blendColor=new J(0,0,0),this.blendAlpha=0,this.depthFunc=3,this.depthTest=!0,this.depthWrite=!0,this.stencilWriteMask=255,this.stencilFunc=519,this.stencilRef=0,this.stencilFuncMask=255,this.stencilFail=M,this.stencilZFail=M,this.stencilZPass=M,this.stencilWrite=!1,this.clippingPlanes=null,this.clipIntersection=!1,this.clipShadows=!1,this.shadowSide=null,this.colorWrite=!0,this.precision=null,this.polygonOffset=!1,this.polygonOffsetFactor=0,this.polygonOffsetUnits=0,this.dithering=!1,this.alphaToCoverage=!1,this.premultipliedAlpha=!1,this.forceSinglePass=!1,this.allowOverride=!0,this.visible=!0,this.toneMapped=!0,this.userData={},this.version=0,this._alphaTest=0}get alphaTest(){return this._alphaTest}set alphaTest(e){this._alphaTest>0!=e>0&&this.version++,this._alphaTest=e}onBeforeRender(){}onBeforeCompile(){}customProgramCacheKey(){return this.onBeforeCompile.toString()}setValues(e){if(e!==void 0)for(let t in e){let n=e[t];if(n===void 0){L(`Material: parameter '${t}' has value of undefined.`);continue}let r=this[t];r===void 0?L(`Material: '${t}' is not a property of THREE.${this.type}.`):r&&r.isColor?r.set(n):r&&r.isVector2&&n&&n.isVector2||r&&r.isEuler&&n&&n.isEuler||r&&r.isVector3&&n&&n.isVector3?r.copy(n):this[t]=n}}toJSON(e){let t=e===void 0||typeof e==`string`;t&&(e={textures:{},images:{}});let n={metadata:{version:4.7,type:`Material`,generator:`Material.toJSON`}};n.uuid=this.uuid,n.type=this.type,n.blending=this.blending,n.side=this.side,n.shadowSide=this.shadowSide,n.vertexColors=this.vertexColors,n.opacity=this.opacity,n.transparent=this.transparent,n.blendSrc=this.blendSrc,n.blendDst=this.blendDst,n.blendEquation=this.blendEquation,n.blendSrcAlpha=this.blendSrcAlpha,n.blendDstAlpha=this.blendDstAlpha,n.blendEquationAlpha=this.blendEquationAlpha,n.blendColor=this.blendColor.getHex(),n.blendAlpha=this.blendAlpha,n.depthFunc=this.depthFunc,n.depthTest=this.depthTest,n.depthWrite=this.depthWrite,n.colorWrite=this.colorWrite,n.clipIntersection=this.clipIntersection,n.clipShadows=this.clipShadows,n.stencilWriteMask=this.stencilWriteMask,n.stencilFunc=this.stencilFunc,n.stencilRef=this.stencilRef,n.stencilFuncMask=this.stencilFuncMask,n.stencilFail=this.stencilFail,n.stencilZFail=this.stencilZFail,n.stencilZPass=this.stencilZPass,n.stencilWrite=this.stencilWrite,n.polygonOffset=this.polygonOffset,n.polygonOffsetFactor=this.polygonOffsetFactor,n.polygonOffsetUnits=this.polygonOffsetUnits,n.dithering=this.dithering,n.alphaTest=this.alphaTest,n.alphaHash=this.alphaHash,n.alphaToCoverage=this.alphaToCoverage,n.premultipliedAlpha=this.premultipliedAlpha,n.forceSinglePass=this.forceSinglePass,n.allowOverride=this.allowOverride,n.visible=this.visible,n.toneMapped=this.toneMapped,n.name=this.name,this.color&&this.color.isColor&&(n.color=this.color.getHex()),this.roughness!==void 0&&(n.roughness=this.roughness),this.metalness!==void 0&&(n.metalness=this.metalness),this.sheen!==void 0&&(n.sheen=this.sheen),this.sheenColor&&this.sheenColor.isColor&&(n.sheenColor=this.sheenColor.getHex()),this.sheenRoughness!==void 0&&(n.sheenRoughness=this.sheenRoughness),this.emissive&&this.emissive.isColor&&(n.emissive=this.emissive.getHex()),this.emissiveIntensity!==void 0&&(n.emissiveIntensity=this.emissiveIntensity),this.specular&&this.specular.isColor&&(n.specular=this.specular.getHex()),this.specularIntensity!==void 0&&(n.specularIntensity=this.specularIntensity),this.specularColor&&this.specularColor.isColor&&(n.specularColor=this.specularColor.getHex()),this.shininess!==void 0&&(n.shininess=this.shininess),this.clearcoat!==void 0&&(n.clearcoat=this.clearcoat),this.clearcoatRoughness!==void 0&&(n.clearcoatRoughness=this.clearcoatRoughness),this.diffuseRoughness!==void 0&&(n.diffuseRoughness=this.diffuseRoughness),this.diffuseRoughnessMap&&this.diffuseRoughnessMap.isTexture&&(n.diffuseRoughnessMap=this.diffuseRoughnessMap.toJSON(e).uuid),this.clearcoatMap&&this.clearcoatMap.isTexture&&(n.clearcoatMap=this.clearcoatMap.toJSON(e).uuid),this.clearcoatRoughnessMap&&this.clearcoatRoughnessMap.isTexture&&(n.clearcoatRoughnessMap=this.clearcoatRoughnessMap.toJSON(e).uuid),this.clearcoatNormalMap&&this.clearcoatNormalMap.isTexture&&(n.clearcoatNormalMap=this.clearcoatNormalMap.toJSON(e).uuid,n.clearcoatNormalScale=this.clearcoatNormalScale.toArray()),this.sheenColorMap&&this.sheenColorMap.isTexture&&(n.sheenColorMap=this.sheenColorMap.toJSON(e).uuid),this.sheenRoughnessMap&&this.sheenRoughnessMap.isTexture&&(n.sheenRoughnessMap=this.sheenRoughnessMap.toJSON(e).uuid),this.dispersion!==void 0&&(n.dispersion=this.dispersion),this.retroreflectivity!==void 0&&(n.retroreflectivity=this.retroreflectivity),this.iridescence!==void 0&&(n.iridescence=this.iridescence),this.iridescenceIOR!==void 0&&(n.iridescenceIOR=this.iridescenceIOR),this.iridescenceThicknessMinimum!==void 0&&(n.iridescenceThicknessMinimum=this.iridescenceThicknessMinimum),this.iridescenceThicknessMaximum!==void 0&&(n.iridescenceThicknessMaximum=this.iridescenceThicknessMaximum),this.iridescenceMap&&this.iridescenceMap.isTexture&&(n.iridescenceMap=this.iridescenceMap.toJSON(e).uuid),this.iridescenceThicknessMap&&this.iridescenceThicknessMap.isTexture&&(n.iridescenceThicknessMap=this.iridescenceThicknessMap.toJSON(e).uuid),this.anisotropy!==void 0&&(n.anisotropy=this.anisotropy),this.anisotropyRotation!==void 0&&(n.anisotropyRotation=this.anisotropyRotation),this.anisotropyMap&&this.anisotropyMap.isTexture&&(n.anisotropyMap=this.anisotropyMap.toJSON(e).uuid),this.map&&this.map.isTexture&&(n.map=this.map.toJSON(e).uuid),this.matcap&&this.matcap.isTexture&&(n.matcap=this.matcap.toJSON(e).uuid),this.alphaMap&&this.alphaMap.isTexture&&(n.alphaMap=this.alphaMap.toJSON(e).uuid),this.lightMap&&this.lightMap.isTexture&&(n.lightMap=this.lightMap.toJSON(e).uuid,n.lightMapIntensity=this.lightMapIntensity),this.aoMap&&this.aoMap.isTexture&&(n.aoMap=this.aoMap.toJSON(e).uuid,n.aoMapIntensity=this.aoMapIntensity),this.bumpMap&&this.bumpMap.isTexture&&(n.bumpMap=this.bumpMap.toJSON(e).uuid,n.bumpScale=this.bumpScale),this.normalMap&&this.normalMap.isTexture&&(n.normalMap=this.normalMap.toJSON(e).uuid,n.normalMapType=this.normalMapType,n.normalScale=this.normalScale.toArray()),this.displacementMap&&this.displacementMap.isTexture&&(n.displacementMap=this.displacementMap.toJSON(e).uuid,n.displacementScale=this.displacementScale,n.displacementBias=this.displacementBias),this.roughnessMap&&this.roughnessMap.isTexture&&(n.roughnessMap=this.roughnessMap.toJSON(e).uuid),this.metalnessMap&&this.metalnessMap.isTexture&&(n.metalnessMap=this.metalnessMap.toJSON(e).uuid),this.emissiveMap&&this.emissiveMap.isTexture&&(n.emissiveMap=this.emissiveMap.toJSON(e).uuid),this.specularMap&&this.specularMap.isTexture&&(n.specularMap=this.specularMap.toJSON(e).uuid),this.specularIntensityMap&&this.specularIntensityMap.isTexture&&(n.specularIntensityMap=this.specularIntensityMap.toJSON(e).uuid),this.specularColorMap&&this.specularColorMap.isTexture&&(n.specularColorMap=this.specularColorMap.toJSON(e).uuid),this.envMap&&this.envMap.isTexture&&(n.envMap=this.envMap.toJSON(e).uuid,this.combine!==void 0&&(n.combine=this.combine)),this.envMapRotation!==void 0&&(n.envMapRotation=this.envMapRotation.toArray()),this.envMapIntensity!==void 0&&(n.envMapIntensity=this.envMapIntensity),this.reflectivity!==void 0&&(n.reflectivity=this.reflectivity),this.refractionRatio!==void 0&&(n.refractionRatio=this.refractionRatio),this.gradientMap&&this.gradientMap.isTexture&&(n.gradientMap=this.gradientMap.toJSON(e).uuid),this.transmission!==void 0&&(n.transmission=this.transmission),this.transmissionMap&&this.transmissionMap.isTexture&&(n.transmissionMap=this.transmissionMap.toJSON(e).uuid),this.thickness!==void 0&&(n.thickness=this.thickness),this.thicknessMap&&this.thicknessMap.isTexture&&(n.thicknessMap=this.thicknessMap.toJSON(e).uuid),this.attenuationDistance!==void 0&&(n.attenuationDistance=this.attenuationDistance),this.attenuationColor!==void 0&&(n.attenuationColor=this.attenuationColor.getHex()),this.size!==void 0&&(n.size=this.size),this.sizeAttenuation!==void 0&&(n.sizeAttenuation=this.sizeAttenuation),Array.isArray(this.clippingPlanes)&&this.clippingPlanes.length>0&&(n.clippingPlanes=this.clippingPlanes.map(e=>e.toJSON())),this.rotation!==void 0&&(n.rotation=this.rotation),this.depthPacking!==void 0&&(n.depthPacking=this.depthPacking),this.linewidth!==void 0&&(n.linewidth=this.linewidth),this.linecap!==void 0&&(n.linecap=this.linecap),this.linejoin!==void 0&&(n.linejoin=this.linejoin),this.dashSize!==void 0&&(n.dashSize=this.dashSize),this.gapSize!==void 0&&(n.gapSize=this.gapSize),this.scale!==void 0&&(n.scale=this.scale),this.wireframe!==void 0&&(n.wireframe=this.wireframe),this.wireframeLinewidth!==void 0&&(n.wireframeLinewidth=this.wireframeLinewidth),this.wireframeLinecap!==void 0&&(n.wireframeLinecap=this.wireframeLinecap),this.wireframeLinejoin!==void 0&&(n.wireframeLinejoin=this.wireframeLinejoin),this.flatShading!==void 0&&(n.flatShading=this.flatShading),this.fog!==void 0&&(n.fog=this.fog),Object.keys(this.userData).length>0&&(n.userData=this.userData);function r(e){let t=[];for(let n in e){let r=e[n];delete r.metadata,t.push(r)}return t}if(t){let t=r(e.textures),i=r(e.images);t.length>0&&(n.textures=t),i.length>0&&(n.images=i)}return n}fromJSON(e,t){if(e.uuid!==void 0&&(this.uuid=e.uuid),e.name!==void 0&&(this.name=e.name),e.color!==void 0&&this.color!==void 0&&this.color.setHex(e.color),e.roughness!==void 0&&(this.roughness=e.roughness),e.metalness!==void 0&&(this.metalness=e.metalness),e.sheen!==void 0&&(this.sheen=e.sheen),e.sheenColor!==void 0&&(this.sheenColor=new J().setHex(e.sheenColor)),e.sheenRoughness!==void 0&&(this.sheenRoughness=e.sheenRoughness),e.emissive!==void 0&&this.emissive!==void 0&&this.emissive.setHex(e.emissive),e.specular!==void 0&&this.specular!==void 0&&this.specular.setHex(e.specular),e.specularIntensity!==void 0&&(this.specularIntensity=e.specularIntensity),e.specularColor!==void 0&&this.specularColor!==void 0&&this.specularColor.setHex(e.specularColor),e.shininess!==void 0&&(this.shininess=e.shininess),e.clearcoat!==void 0&&(this.clearcoat=e.clearcoat),e.clearcoatRoughness!==void 0&&(this.clearcoatRoughness=e.clearcoatRoughness),e.diffuseRoughness!==void 0&&(this.diffuseRoughness=e.diffuseRoughness),e.dispersion!==void 0&&(this.dispersion=e.dispersion),e.retroreflectivity!==void 0&&(this.retroreflectivity=e.retroreflectivity),e.iridescence!==void 0&&(this.iridescence=e.iridescence),e.iridescenceIOR!==void 0&&(this.iridescenceIOR=e.iridescenceIOR),e.iridescenceThicknessMinimum!==void 0&&(this.iridescenceThicknessMinimum=e.iridescenceThicknessMinimum),e.iridescenceThicknessMaximum!==void 0&&(this.iridescenceThicknessMaximum=e.iridescenceThicknessMaximum),e.iridescenceThicknessRange!==void 0&&(this.iridescenceThicknessMinimum=e.iridescenceThicknessRange[0],this.iridescenceThicknessMaximum=e.iridescenceThicknessRange[1]),e.transmission!==void 0&&(this.transmission=e.transmission),e.thickness!==void 0&&(this.thickness=e.thickness),e.attenuationDistance!==void 0&&(this.attenuationDistance=e.attenuationDistance),e.attenuationColor!==void 0&&this.attenuationColor!==void 0&&this.attenuationColor.setHex(e.attenuationColor),e.anisotropy!==void 0&&(this.anisotropy=e.anisotropy),e.anisotropyRotation!==void 0&&(this.anisotropyRotation=e.anisotropyRotation),e.fog!==void 0&&(this.fog=e.fog),e.flatShading!==void 0&&(this.flatShading=e.flatShading),e.blending!==void 0&&(this.blending=e.blending),e.combine!==void 0&&(this.combine=e.combine),e.side!==void 0&&(this.side=e.side),e.shadowSide!==void 0&&(this.shadowSide=e.shadowSide),e.opacity!==void 0&&(this.opacity=e.opacity),e.transparent!==void 0&&(this.transparent=e.transparent),e.alphaTest!==void 0&&(this.alphaTest=e.alphaTest),e.alphaHash!==void 0&&(this.alphaHash=e.alphaHash),e.depthFunc!==void 0&&(this.depthFunc=e.depthFunc),e.depthTest!==void 0&&(this.depthTest=e.depthTest),e.depthWrite!==void 0&&(this.depthWrite=e.depthWrite),e.colorWrite!==void 0&&(this.colorWrite=e.colorWrite),e.clippingPlanes!==void 0&&(this.clippingPlanes=e.clippingPlanes.map(e=>new xn().fromJSON(e))),e.clipIntersection!==void 0&&(this.clipIntersection=e.clipIntersection),e.clipShadows!==void 0&&(this.clipShadows=e.clipShadows),e.depthPacking!==void 0&&(this.depthPacking=e.depthPacking),e.blendSrc!==void 0&&(this.blendSrc=e.blendSrc),e.blendDst!==void 0&&(this.blendDst=e.blendDst),e.blendEquation!==void 0&&(this.blendEquation=e.blendEquation),e.blendSrcAlpha!==void 0&&(this.blendSrcAlpha=e.blendSrcAlpha),e.blendDstAlpha!==void 0&&(this.blendDstAlpha=e.blendDstAlpha),e.blendEquationAlpha!==void 0&&(this.blendEquationAlpha=e.blendEquationAlpha),e.blendColor!==void 0&&this.blendColor!==void 0&&this.blendColor.setHex(e.blendColor),e.blendAlpha!==void 0&&(this.blendAlpha=e.blendAlpha),e.stencilWriteMask!==void 0&&(this.stencilWriteMask=e.stencilWriteMask),e.stencilFunc!==void 0&&(this.stencilFunc=e.stencilFunc),e.stencilRef!==void 0&&(this.stencilRef=e.stencilRef),e.stencilFuncMask!==void 0&&(this.stencilFuncMask=e.stencilFuncMask),e.stencilFail!==void 0&&(this.stencilFail=e.stencilFail),e.stencilZFail!==void 0&&(this.stencilZFail=e.stencilZFail),e.stencilZPass!==void 0&&(this.stencilZPass=e.stencilZPass),e.stencilWrite!==void 0&&(this.stencilWrite=e.stencilWrite),e.wireframe!==void 0&&(this.wireframe=e.wireframe),e.wireframeLinewidth!==void 0&&(this.wireframeLinewidth=e.wireframeLinewidth),e.wireframeLinecap!==void 0&&(this.wireframeLinecap=e.wireframeLinecap),e.wireframeLinejoin!==void 0&&(this.wireframeLinejoin=e.wireframeLinejoin),e.rotation!==void 0&&(this.rotation=e.rotation),e.linewidth!==void 0&&(this.linewidth=e.linewidth),e.linecap!==void 0&&(this.linecap=e.linecap),e.linejoin!==void 0&&(this.linejoin=e.linejoin),e.dashSize!==void 0&&(this.dashSize=e.dashSize),e.gapSize!==void 0&&(this.gapSize=e.gapSize),e.scale!==void 0&&(this.scale=e.scale),e.polygonOffset!==void 0&&(this.polygonOffset=e.polygonOffset),e.polygonOffsetFactor!==void 0&&(this.polygonOffsetFactor=e.polygonOffsetFactor),e.polygonOffsetUnits!==void 0&&(this.polygonOffsetUnits=e.polygonOffsetUnits),e.dithering!==void 0&&(this.dithering=e.dithering),e.alphaToCoverage!==void 0&&(this.alphaToCoverage=e.alphaToCoverage),e.premultipliedAlpha!==void 0&&(this.premultipliedAlpha=e.premultipliedAlpha),e.forceSinglePass!==void 0&&(this.forceSinglePass=e.forceSinglePass),e.allowOverride!==void 0&&(this.allowOverride=e.allowOverride),e.visible!==void 0&&(this.visible=e.visible),e.toneMapped!==void 0&&(this.toneMapped=e.toneMapped),e.userData!==void 0&&(this.userData=e.userData),e.vertexColors!==void 0&&(this.vertexColors=typeof e.vertexColors==`number`?e.vertexColors>0:e.vertexColors),e.size!==void 0&&(this.size=e.size),e.sizeAttenuation!==void 0&&(this.sizeAttenuation=e.sizeAttenuation),e.map!==void 0&&(this.map=t[e.map]||null),e.matcap!==void 0&&(this.matcap=t[e.matcap]||null),e.alphaMap!==void 0&&(this.alphaMap=t[e.alphaMap]||null),e.bumpMap!==void 0&&(this.bumpMap=t[e.bumpMap]||null),e.bumpScale!==void 0&&(this.bumpScale=e.bumpScale),e.normalMap!==void 0&&(this.normalMap=t[e.normalMap]||null),e.normalMapType!==void 0&&(this.normalMapType=e.normalMapType),e.normalScale!==void 0){let t=e.normalScale;Array.isArray(t)===!1&&(t=[t,t]),this.normalScale=new B().fromArray(t)}return e.displacementMap!==void 0&&(this.displacementMap=t[e.displacementMap]||null),e.displacementScale!==void 0&&(this.displacementScale=e.displacementScale),e.displacementBias!==void 0&&(this.displacementBias=e.displacementBias),e.roughnessMap!==void 0&&(this.roughnessMap=t[e.roughnessMap]||null),e.metalnessMap!==void 0&&(this.metalnessMap=t[e.metalnessMap]||null),e.emissiveMap!==void 0&&(this.emissiveMap=t[e.emissiveMap]||null),e.emissiveIntensity!==void 0&&(this.emissiveIntensity=e.emissiveIntensity),e.specularMap!==void 0&&(this.specularMap=t[e.specularMap]||null),e.specularIntensityMap!==void 0&&(this.specularIntensityMap=t[e.specularIntensityMap]||null),e.specularColorMap!==void 0&&(this.specularColorMap=t[e.specularColorMap]||null),e.envMap!==void 0&&(this.envMap=t[e.envMap]||null),e.envMapRotation!==void 0&&this.envMapRotation.fromArray(e.envMapRotation),e.envMapIntensity!==void 0&&(this.envMapIntensity=e.envMapIntensity),e.reflectivity!==void 0&&(this.reflectivity=e.reflectivity),e.refractionRatio!==void 0&&(this.refractionRatio=e.refractionRatio),e.lightMap!==void 0&&(this.lightMap=t[e.lightMap]||null),e.lightMapIntensity!==void 0&&(this.lightMapIntensity=e.lightMapIntensity),e.aoMap!==void 0&&(this.aoMap=t[e.aoMap]||null),e.aoMapIntensity!==void 0&&(this.aoMapIntensity=e.aoMapIntensity),e.gradientMap!==void 0&&(this.gradientMap=t[e.gradientMap]||null),e.clearcoatMap!==void 0&&(this.clearcoatMap=t[e.clearcoatMap]||null),e.clearcoatRoughnessMap!==void 0&&(this.clearcoatRoughnessMap=t[e.clearcoatRoughnessMap]||null),e.clearcoatNormalMap!==void 0&&(this.clearcoatNormalMap=t[e.clearcoatNormalMap]||null),e.clearcoatNormalScale!==void 0&&(this.clearcoatNormalScale=new B().fromArray(e.clearcoatNormalScale)),e.diffuseRoughnessMap!==void 0&&(this.diffuseRoughnessMap=t[e.diffuseRoughnessMap]||null),e.iridescenceMap!==void 0&&(this.iridescenceMap=t[e.iridescenceMap]||null),e.iridescenceThicknessMap!==void 0&&(this.iridescenceThicknessMap=t[e.iridescenceThicknessMap]||null),e.transmissionMap!==void 0&&(this.transmissionMap=t[e.transmissionMap]||null),e.thicknessMap!==void 0&&(this.thicknessMap=t[e.thicknessMap]||null),e.anisotropyMap!==void 0&&(this.anisotropyMap=t[e.anisotropyMap]||null),e.sheenColorMap!==void 0&&(this.sheenColorMap=t[e.sheenColorMap]||null),e.sheenRoughnessMap!==void 0&&(this.sheenRoughnessMap=t[e.sheenRoughnessMap]||null),this}clone(){return new this.constructor().copy(this)}copy(e){this.name=e.name,this.blending=e.blending,this.side=e.side,this.vertexColors=e.vertexColors,this.opacity=e.opacity,this.transparent=e.transparent,this.blendSrc=e.blendSrc,this.blendDst=e.blendDst,this.blendEquation=e.blendEquation,this.blendSrcAlpha=e.blendSrcAlpha,this.blendDstAlpha=e.blendDstAlpha,this.blendEquationAlpha=e.blendEquationAlpha,this.blendColor.copy(e.blendColor),this.blendAlpha=e.blendAlpha,this.depthFunc=e.depthFunc,this.depthTest=e.depthTest,this.depthWrite=e.depthWrite,this.stencilWriteMask=e.stencilWriteMask,this.stencilFunc=e.stencilFunc,this.stencilRef=e.stencilRef,this.stencilFuncMask=e.stencilFuncMask,this.stencilFail=e.stencilFail,this.stencilZFail=e.stencilZFail,this.stencilZPass=e.stencilZPass,this.stencilWrite=e.stencilWrite;let t=e.clippingPlanes,n=null;if(t!==null){let e=t.length;n=Array(e);for(let r=0;r!==e;++r)n[r]=t[r].clone()}return this.clippingPlanes=n,this.clipIntersection=e.clipIntersection,this.clipShadows=e.clipShadows,this.shadowSide=e.shadowSide,this.colorWrite=e.colorWrite,this.precision=e.precision,this.polygonOffset=e.polygonOffset,this.polygonOffsetFactor=e.polygonOffsetFactor,this.polygonOffsetUnits=e.polygonOffsetUnits,this.dithering=e.dithering,this.alphaTest=e.alphaTest,this.alphaHash=e.alphaHash,this.alphaToCoverage=e.alphaToCoverage,this.premultipliedAlpha=e.premultipliedAlpha,this.forceSinglePass=e.forceSinglePass,this.allowOverride=e.allowOverride,this.visible=e.visible,this.toneMapped=e.toneMapped,this.userData=JSON.parse(JSON.stringify(e.userData)),this}dispose(){this.dispatchEvent({type:`dispose`})}set needsUpdate(e){e===!0&&this.version++}},wn=new V,Tn=new V,En=new V,Dn=new V,On=class{constructor(e=new V,t=new V(0,0,-1)){this.origin=e,this.direction=t}set(e,t){return this.origin.copy(e),this.direction.copy(t),this}copy(e){return this.origin.copy(e.origin),this.direction.copy(e.direction),this}at(e,t){return t.copy(this.origin).addScaledVector(this.direction,e)}lookAt(e){return this.direction.copy(e).sub(this.origin).normalize(),this}recast(e){return this.origin.copy(this.at(e,wn)),this}closestPointToPoint(e,t){t.subVectors(e,this.origin);let n=t.dot(this.direction);return n<0?t.copy(this.origin):t.copy(this.origin).addScaledVector(this.direction,n)}distanceToPoint(e){return Math.sqrt(this.distanceSqToPoint(e))}distanceSqToPoint(e){let t=wn.subVectors(e,this.origin).dot(this.direction);return t<0?this.origin.distanceToSquared(e):(wn.copy(this.origin).addScaledVector(this.direction,t),wn.distanceToSquared(e))}distanceSqToSegment(e,t,n,r){Tn.copy(e).add(t).multiplyScalar(.5),En.copy(t).sub(e).normalize(),Dn.copy(this.origin).sub(Tn);let i=e.distanceTo(t)*.5,a=-this.direction.dot(En),o=Dn.dot(this.direction),s=-Dn.dot(En),c=Dn.lengthSq(),l=Math.abs(1-a*a),u,d,f,p;if(l>0){if(u=a*s-o,d=a*o-s,p=i*l,u>=0){if(d>=-p){if(d<=p){let e=1/l;u*=e,d*=e,f=u*(u+a*d+2*o)+d*(a*u+d+2*s)+c}else d=i,u=Math.max(0,-(a*d+o)),f=-u*u+d*(d+2*s)+c}else d=-i,u=Math.max(0,-(a*d+o)),f=-u*u+d*(d+2*s)+c}else d<=-p?(u=Math.max(0,-(-a*i+o)),d=u>0?-i:Math.min(Math.max(-i,-s),i),f=-u*u+d*(d+2*s)+c):d<=p?(u=0,d=Math.min(Math.max(-i,-s),i),f=d*(d+2*s)+c):(u=Math.max(0,-(a*i+o)),d=u>0?i:Math.min(Math.max(-i,-s),i),f=-u*u+d*(d+2*s)+c)}else d=a>0?-i:i,u=Math.max(0,-(a*d+o)),f=-u*u+d*(d+2*s)+c;return n&&n.copy(this.origin).addScaledVector(this.direction,u),r&&r.copy(Tn).addScaledVector(En,d),f}intersectSphere(e,t){if(e.radius<0)return null;wn.subVectors(e.center,this.origin);let n=wn.dot(this.direction),r=wn.dot(wn)-n*n,i=e.radius*e.radius;if(r>i)return null;let a=Math.sqrt(i-r),o=n-a,s=n+a;return s<0?null:o<0?this.at(s,t):this.at(o,t)}intersectsSphere(e){return e.radius<0?!1:this.distanceSqToPoint(e.center)<=e.radius*e.radius}distanceToPlane(e){let t=e.normal.dot(this.direction);if(t===0)return e.distanceToPoint(this.origin)===0?0:null;let n=-(this.origin.dot(e.normal)+e.constant)/t;return n>=0?n:null}intersectPlane(e,t){let n=this.distanceToPlane(e);return n===null?null:this.at(n,t)}intersectsPlane(e){let t=e.distanceToPoint(this.origin);return t===0||e.normal.dot(this.direction)*t<0}intersectBox(e,t){let n,r,i,a,o,s,c=1/this.direction.x,l=1/this.direction.y,u=1/this.direction.z,d=this.origin;return c>=0?(n=(e.min.x-d.x)*c,r=(e.max.x-d.x)*c):(n=(e.max.x-d.x)*c,r=(e.min.x-d.x)*c),l>=0?(i=(e.min.y-d.y)*l,a=(e.max.y-d.y)*l):(i=(e.max.y-d.y)*l,a=(e.min.y-d.y)*l),n>a||i>r||((i>n||isNaN(n))&&(n=i),(a<r||isNaN(r))&&(r=a),u>=0?(o=(e.min.z-d.z)*u,s=(e.max.z-d.z)*u):(o=(e.max.z-d.z)*u,s=(e.min.z-d.z)*u),n>s||o>r)||((o>n||n!==n)&&(n=o),(s<r||r!==r)&&(r=s),r<0)?null:this.at(n>=0?n:r,t)}intersectsBox(e){return this.intersectBox(e,wn)!==null}intersectTriangle(e,t,n,r,i){let a=this.origin,o=this.direction,s=o.x,c=o.y,l=o.z,u=e.x-a.x,d=e.y-a.y,f=e.z-a.z,p=t.x-a.x,m=t.y-a.y,h=t.z-a.z,g=n.x-a.x,_=n.y-a.y,v=n.z-a.z,y=Math.abs(s),b=Math.abs(c),x=Math.abs(l),S,C,w,T,E,D,O,ee,k,te,A,j;if(y>=b&&y>=x?(w=s,D=u,k=p,j=g,s>=0?(S=c,C=l,T=d,E=f,O=m,ee=h,te=_,A=v):(S=l,C=c,T=f,E=d,O=h,ee=m,te=v,A=_)):b>=x?(w=c,D=d,k=m,j=_,c>=0?(S=l,C=s,T=f,E=u,O=h,ee=p,te=v,A=g):(S=s,C=l,T=u,E=f,O=p,ee=h,te=g,A=v)):(w=l,D=f,k=h,j=v,l>=0?(S=s,C=c,T=u,E=d,O=p,ee=m,te=g,A=_):(S=c,C=s,T=d,E=u,O=m,ee=p,te=_,A=g)),w===0)return null;let M=S/w,N=C/w,ne=1/w,P=T-M*D,F=E-N*D,re=O-M*k,ie=ee-N*k,I=te-M*j,ae=A-N*j,oe=I*ie-ae*re,L=P*ae-F*I,R=re*F-ie*P;if(r){if(oe<0||L<0||R<0)return null}else if((oe<0||L<0||R<0)&&(oe>0||L>0||R>0))return null;let se=oe+L+R;if(se===0)return null;let ce=ne*(oe*D+L*k+R*j);return(se>0?ce<0:ce>0)?null:this.at(ce/se,i)}applyMatrix4(e){return this.origin.applyMatrix4(e),this.direction.transformDirection(e),this}equals(e){return e.origin.equals(this.origin)&&e.direction.equals(this.direction)}clone(){return new this.constructor().copy(this)}},kn=class extends Cn{constructor(e){super(),this.isMeshBasicMaterial=!0,this.type=`MeshBasicMaterial`,this.color=new J(16777215),this.map=null,this.lightMap=null,this.lightMapIntensity=1,this.aoMap=null,this.aoMapIntensity=1,this.specularMap=null,this.alphaMap=null,this.envMap=null,this.envMapRotation=new Xe,this.combine=0,this.reflectivity=1,this.refractionRatio=.98,this.wireframe=!1,this.wireframeLinewidth=1,this.wireframeLinecap=`round`,this.wireframeLinejoin=`round`,this.fog=!0,this.setValues(e)}copy(e){return super.copy(e),this.color.copy(e.color),this.map=e.map,this.lightMap=e.lightMap,this.lightMapIntensity=e.lightMapIntensity,this.aoMap=e.aoMap,this.aoMapIntensity=e.aoMapIntensity,this.specularMap=e.specularMap,this.alphaMap=e.alphaMap,this.envMap=e.envMap,this.envMapRotation.copy(e.envMapRotation),this.combine=e.combine,this.reflectivity=e.reflectivity,this.refractionRatio=e.refractionRatio,this.wireframe=e.wireframe,this.wireframeLinewidth=e.wireframeLinewidth,this.wireframeLinecap=e.wireframeLinecap,this.wireframeLinejoin=e.wireframeLinejoin,this.fog=e.fog,this}},An=new Ve,jn=new On,Mn=new ln,Nn=new V,Pn=new V,Fn=new V,In=new V,Ln=new V,Rn=new V,zn=new V,Bn=new V,Vn=class extends pt{constructor(e=new _n,t=new kn){super(),this.isMesh=!0,this.type=`Mesh`,this.geometry=e,this.material=t,this.morphTargetDictionary=void 0,this.morphTargetInfluences=void 0,this.count=1,this.updateMorphTargets()}copy(e,t){return super.copy(e,t),this.morphTargetInfluences=e.morphTargetInfluences===void 0?void 0:e.morphTargetInfluences.slice(),this.morphTargetDictionary=e.morphTargetDictionary===void 0?void 0:Object.assign({},e.morphTargetDictionary),this.material=Array.isArray(e.material)?e.material.slice():e.material,this.geometry=e.geometry,this}updateMorphTargets(){let e=this.geometry.morphAttributes,t=Object.keys(e);if(t.length>0){let n=e[t[0]];if(n!==void 0){this.morphTargetInfluences=[],this.morphTargetDictionary={};for(let e=0,t=n.length;e<t;e++){let t=n[e].name||String(e);this.morphTargetInfluences.push(0),this.morphTargetDictionary[t]=e}}}}getVertexPosition(e,t){let n=this.geometry,r=n.attributes.position,i=n.morphAttributes.position,a=n.morphTargetsRelative;t.fromBufferAttribute(r,e);let o=this.morphTargetInfluences;if(i&&o){Rn.set(0,0,0);for(let n=0,r=i.length;n<r;n++){let r=o[n],s=i[n];r!==0&&(Ln.fromBufferAttribute(s,e),a?Rn.addScaledVector(Ln,r):Rn.addScaledVector(Ln.sub(t),r))}t.add(Rn)}return t}intersectsFrustum(e){return e.intersectsObject(this)}raycast(e,t){let n=this.geometry,r=this.material,i=this.matrixWorld;r!==void 0&&(n.boundingSphere===null&&n.computeBoundingSphere(),Mn.copy(n.boundingSphere),Mn.applyMatrix4(i),jn.copy(e.ray).recast(e.near),Mn.containsPoint(jn.origin)===!1&&(jn.intersectSphere(Mn,Nn)===null||jn.origin.distanceToSquared(Nn)>(e.far-e.near)**2)||(An.copy(i).invert(),jn.copy(e.ray).applyMatrix4(An),(n.boundingBox===null||jn.intersectsBox(n.boundingBox)!==!1)&&this._computeIntersections(e,t,jn)))}_computeIntersections(e,t,n){let r,i=this.geometry,a=this.material,o=i.index,s=i.attributes.position,c=i.attributes.uv,l=i.attributes.uv1,u=i.attributes.normal,d=i.groups,f=i.drawRange;if(o!==null){if(Array.isArray(a))for(let i=0,s=d.length;i<s;i++){let s=d[i],p=a[s.materialIndex],m=Math.max(s.start,f.start),h=Math.min(o.count,Math.min(s.start+s.count,f.start+f.count));for(let i=m,a=h;i<a;i+=3){let a=o.getX(i),d=o.getX(i+1),f=o.getX(i+2);r=Un(this,p,e,n,c,l,u,a,d,f),r&&(r.faceIndex=Math.floor(i/3),r.face.materialIndex=s.materialIndex,t.push(r))}}else{let i=Math.max(0,f.start),s=Math.min(o.count,f.start+f.count);for(let d=i,f=s;d<f;d+=3){let i=o.getX(d),s=o.getX(d+1),f=o.getX(d+2);r=Un(this,a,e,n,c,l,u,i,s,f),r&&(r.faceIndex=Math.floor(d/3),t.push(r))}}}else if(s!==void 0){if(Array.isArray(a))for(let i=0,o=d.length;i<o;i++){let o=d[i],p=a[o.materialIndex],m=Math.max(o.start,f.start),h=Math.min(s.count,Math.min(o.start+o.count,f.start+f.count));for(let i=m,a=h;i<a;i+=3){let a=i,s=i+1,d=i+2;r=Un(this,p,e,n,c,l,u,a,s,d),r&&(r.faceIndex=Math.floor(i/3),r.face.materialIndex=o.materialIndex,t.push(r))}}else{let i=Math.max(0,f.start),o=Math.min(s.count,f.start+f.count);for(let s=i,d=o;s<d;s+=3){let i=s,o=s+1,d=s+2;r=Un(this,a,e,n,c,l,u,i,o,d),r&&(r.faceIndex=Math.floor(s/3),t.push(r))}}}}};function Hn(e,t,n,r,i,a,o,s){let c;if(c=t.side===1?r.intersectTriangle(o,a,i,!0,s):r.intersectTriangle(i,a,o,t.side===0,s),c===null)return null;Bn.copy(s),Bn.applyMatrix4(e.matrixWorld);let l=n.ray.origin.distanceTo(Bn);return l<n.near||l>n.far?null:{distance:l,point:Bn.clone(),object:e}}function Un(e,t,n,r,i,a,o,s,c,l){e.getVertexPosition(s,Pn),e.getVertexPosition(c,Fn),e.getVertexPosition(l,In);let u=Hn(e,t,n,r,Pn,Fn,In,zn);if(u){let e=new V;It.getBarycoord(zn,Pn,Fn,In,e),i&&(u.uv=It.getInterpolatedAttribute(i,s,c,l,e,new B)),a&&(u.uv1=It.getInterpolatedAttribute(a,s,c,l,e,new B)),o&&(u.normal=It.getInterpolatedAttribute(o,s,c,l,e,new V),u.normal.dot(r.direction)>0&&u.normal.multiplyScalar(-1));let t={a:s,b:c,c:l,normal:new V,materialIndex:0};It.getNormal(Pn,Fn,In,t.normal),u.face=t,u.barycoord=e}return u}var Wn=class extends Ie{constructor(e=null,t=1,n=1,r,i,o,s,c,l=a,u=a,d,f){super(null,o,s,c,l,u,r,i,d,f),this.isDataTexture=!0,this.image={data:e,width:t,height:n},this.generateMipmaps=!1,this.flipY=!1,this.unpackAlignment=1}},Gn=new ln,Kn=new B(.5,.5),qn=new V,Jn=class{constructor(e=new xn,t=new xn,n=new xn,r=new xn,i=new xn,a=new xn){this.planes=[e,t,n,r,i,a]}set(e,t,n,r,i,a){let o=this.planes;return o[0].copy(e),o[1].copy(t),o[2].copy(n),o[3].copy(r),o[4].copy(i),o[5].copy(a),this}copy(e){let t=this.planes;for(let n=0;n<6;n++)t[n].copy(e.planes[n]);return this}setFromProjectionMatrix(e,t=ne,n=!1){let r=this.planes,i=e.elements,a=i[0],o=i[1],s=i[2],c=i[3],l=i[4],u=i[5],d=i[6],f=i[7],p=i[8],m=i[9],h=i[10],g=i[11],_=i[12],v=i[13],y=i[14],b=i[15];if(r[0].setComponents(c-a,f-l,g-p,b-_).normalize(),r[1].setComponents(c+a,f+l,g+p,b+_).normalize(),r[2].setComponents(c+o,f+u,g+m,b+v).normalize(),r[3].setComponents(c-o,f-u,g-m,b-v).normalize(),n)r[4].setComponents(s,d,h,y).normalize(),r[5].setComponents(c-s,f-d,g-h,b-y).normalize();else if(r[4].setComponents(c-s,f-d,g-h,b-y).normalize(),t===2e3)r[5].setComponents(c+s,f+d,g+h,b+y).normalize();else if(t===2001)r[5].setComponents(s,d,h,y).normalize();else throw Error(`THREE.Frustum.setFromProjectionMatrix(): Invalid coordinate system: `+t);return this}intersectsObject(e){if(e.boundingSphere!==void 0)e.boundingSphere===null&&e.computeBoundingSphere(),Gn.copy(e.boundingSphere).applyMatrix4(e.matrixWorld);else{let t=e.geometry;t.boundingSphere===null&&t.computeBoundingSphere(),Gn.copy(t.boundingSphere).applyMatrix4(e.matrixWorld)}return this.intersectsSphere(Gn)}intersectsSprite(e){return Gn.center.set(0,0,0),Gn.radius=.7071067811865476+Kn.distanceTo(e.center),Gn.applyMatrix4(e.matrixWorld),this.intersectsSphere(Gn)}intersectsSphere(e){let t=this.planes,n=e.center,r=-e.radius;for(let e=0;e<6;e++)if(t[e].distanceToPoint(n)<r)return!1;return!0}intersectsBox(e){let t=this.planes;for(let n=0;n<6;n++){let r=t[n];if(qn.x=r.normal.x>0?e.max.x:e.min.x,qn.y=r.normal.y>0?e.max.y:e.min.y,qn.z=r.normal.z>0?e.max.z:e.min.z,r.distanceToPoint(qn)<0)return!1}return!0}containsPoint(e){let t=this.planes;for(let n=0;n<6;n++)if(t[n].distanceToPoint(e)<0)return!1;return!0}clone(){return new this.constructor().copy(this)}},Yn=new Ve,Xn=class e{constructor(){this.coordinateSystem=ne,this._frustums=[],this._count=0}setFromArrayCamera(e){let t=e.cameras,n=this._frustums;for(let e=0;e<t.length;e++){let r=t[e];Yn.multiplyMatrices(r.projectionMatrix,r.matrixWorldInverse),n[e]===void 0&&(n[e]=new Jn),n[e].setFromProjectionMatrix(Yn,r.coordinateSystem,r.reversedDepth)}return this._count=t.length,this}getFrustum(e){return this._frustums[e]}intersectsObject(e){let t=this._frustums;for(let n=0;n<this._count;n++)if(t[n].intersectsObject(e))return!0;return!1}intersectsSprite(e){let t=this._frustums;for(let n=0;n<this._count;n++)if(t[n].intersectsSprite(e))return!0;return!1}intersectsSphere(e){let t=this._frustums;for(let n=0;n<this._count;n++)if(t[n].intersectsSphere(e))return!0;return!1}intersectsBox(e){let t=this._frustums;for(let n=0;n<this._count;n++)if(t[n].intersectsBox(e))return!0;return!1}containsPoint(e){let t=this._frustums;for(let n=0;n<this._count;n++)if(t[n].containsPoint(e))return!0;return!1}copy(e){this.coordinateSystem=e.coordinateSystem;let t=this._frustums,n=e._frustums;for(let r=0;r<e._count;r++)t[r]===void 0&&(t[r]=new Jn),t[r].copy(n[r]);return this._count=e._count,this}clone(){return new e().copy(this)}},Zn=class extends Ie{constructor(e=[],t=301,n,r,i,a,o,s,c,l){super(e,t,n,r,i,a,o,s,c,l),this.isCubeTexture=!0,this.flipY=!1}get images(){return this.image}set images(e){this.image=e}},Qn=class extends Ie{constructor(e,t,n=u,r,i,o,s=a,c=a,l,d=_,f=1){if(d!==1026&&d!==1027)throw Error(`THREE.DepthTexture: format must be either THREE.DepthFormat or THREE.DepthStencilFormat`);super({width:e,height:t,depth:f},r,i,o,s,c,d,n,l),this.isDepthTexture=!0,this.flipY=!1,this.generateMipmaps=!1,this.compareFunction=null}copy(e){return super.copy(e),this.source=new Ne(Object.assign({},e.image)),this.compareFunction=e.compareFunction,this}toJSON(e){let t=super.toJSON(e);return t.compareFunction=this.compareFunction,t}},$n=class extends Qn{constructor(e,t=u,n=301,r,i,o=a,s=a,c,l=_){let d={width:e,height:e,depth:1},f=[d,d,d,d,d,d];super(e,e,t,n,r,i,o,s,c,l),this.image=f,this.isCubeDepthTexture=!0,this.isCubeTexture=!0}get images(){return this.image}set images(e){this.image=e}},er=class extends Ie{constructor(e=null){super(),this.sourceTexture=e,this.isExternalTexture=!0}copy(e){return super.copy(e),this.sourceTexture=e.sourceTexture,this}},tr=class e extends _n{constructor(e=1,t=1,n=1,r=1,i=1,a=1){super(),this.type=`BoxGeometry`,this.parameters={width:e,height:t,depth:n,widthSegments:r,heightSegments:i,depthSegments:a};let o=this;r=Math.floor(r),i=Math.floor(i),a=Math.floor(a);let s=[],c=[],l=[],u=[],d=0,f=0;p(`z`,`y`,`x`,-1,-1,n,t,e,a,i,0),p(`z`,`y`,`x`,1,-1,n,t,-e,a,i,1),p(`x`,`z`,`y`,1,1,e,n,t,r,a,2),p(`x`,`z`,`y`,1,-1,e,n,-t,r,a,3),p(`x`,`y`,`z`,1,-1,e,t,n,r,i,4),p(`x`,`y`,`z`,-1,-1,e,t,-n,r,i,5),this.setIndex(s),this.setAttribute(`position`,new an(c,3)),this.setAttribute(`normal`,new an(l,3)),this.setAttribute(`uv`,new an(u,2));function p(e,t,n,r,i,a,p,m,h,g,_){let v=a/h,y=p/g,b=a/2,x=p/2,S=m/2,C=h+1,w=g+1,T=0,E=0,D=new V;for(let a=0;a<w;a++){let o=a*y-x;for(let s=0;s<C;s++)D[e]=(s*v-b)*r,D[t]=o*i,D[n]=S,c.push(D.x,D.y,D.z),D[e]=0,D[t]=0,D[n]=m>0?1:-1,l.push(D.x,D.y,D.z),u.push(s/h),u.push(1-a/g),T+=1}for(let e=0;e<g;e++)for(let t=0;t<h;t++){let n=d+t+C*e,r=d+t+C*(e+1),i=d+(t+1)+C*(e+1),a=d+(t+1)+C*e;s.push(n,r,a),s.push(r,i,a),E+=6}o.addGroup(f,E,_),f+=E,d+=T}}copy(e){return super.copy(e),this.parameters=Object.assign({},e.parameters),this}static fromJSON(t){return new e(t.width,t.height,t.depth,t.widthSegments,t.heightSegments,t.depthSegments)}},nr=class e extends _n{constructor(e=1,t=1,n=1,r=1){super(),this.type=`PlaneGeometry`,this.parameters={width:e,height:t,widthSegments:n,heightSegments:r};let i=e/2,a=t/2,o=Math.floor(n),s=Math.floor(r),c=o+1,l=s+1,u=e/o,d=t/s,f=[],p=[],m=[],h=[];for(let e=0;e<l;e++){let t=e*d-a;for(let n=0;n<c;n++){let r=n*u-i;p.push(r,-t,0),m.push(0,0,1),h.push(n/o),h.push(1-e/s)}}for(let e=0;e<s;e++)for(let t=0;t<o;t++){let n=t+c*e,r=t+c*(e+1),i=t+1+c*(e+1),a=t+1+c*e;f.push(n,r,a),f.push(r,i,a)}this.setIndex(f),this.setAttribute(`position`,new an(p,3)),this.setAttribute(`normal`,new an(m,3)),this.setAttribute(`uv`,new an(h,2))}copy(e){return super.copy(e),this.parameters=Object.assign({},e.parameters),this}static fromJSON(t){return new e(t.width,t.height,t.widthSegments,t.heightSegments)}};function rr(e){let t={};for(let n in e){t[n]={};for(let r in e[n]){let i=e[n][r];if(ar(i))i.isRenderTargetTexture?(L(`UniformsUtils: Textures of render targets cannot be cloned via cloneUniforms() or mergeUniforms().`),t[n][r]=null):t[n][r]=i.clone();else if(Array.isArray(i)){if(ar(i[0])){let e=[];for(let t=0,n=i.length;t<n;t++)e[t]=i[t].clone();t[n][r]=e}else t[n][r]=i.slice()}else t[n][r]=i}}return t}function ir(e){let t={};for(let n=0;n<e.length;n++){let r=rr(e[n]);for(let e in r)t[e]=r[e]}return t}function ar(e){return e&&(e.isColor||e.isMatrix3||e.isMatrix4||e.isVector2||e.isVector3||e.isVector4||e.isTexture||e.isQuaternion)}function or(e){let t=[];for(let n=0;n<e.length;n++)t.push(e[n].clone());return t}function sr(e){let t=e.getRenderTarget();return t===null?e.outputColorSpace:t.isXRRenderTarget===!0?t.texture.colorSpace:U.workingColorSpace}var cr={clone:rr,merge:ir},lr=`void main() {
	gl_Position = projectionMatrix * modelViewMatrix * vec4( position, 1.0 );
}`,ur=`void main() {
	gl_FragColor = vec4( 1.0, 0.0, 0.0, 1.0 );
}`,dr=class extends Cn{constructor(e){super(),this.isShaderMaterial=!0,this.type=`ShaderMaterial`,this.defines={},this.uniforms={},this.uniformsGroups=[],this.vertexShader=lr,this.fragmentShader=ur,this.linewidth=1,this.wireframe=!1,this.wireframeLinewidth=1,this.fog=!1,this.lights=!1,this.clipping=!1,this.forceSinglePass=!0,this.extensions={clipCullDistance:!1,multiDraw:!1},this.defaultAttributeValues={color:[1,1,1],uv:[0,0],uv1:[0,0]},this.index0AttributeName=void 0,this.uniformsNeedUpdate=!1,this.glslVersion=null,e!==void 0&&this.setValues(e)}copy(e){return super.copy(e),this.fragmentShader=e.fragmentShader,this.vertexShader=e.vertexShader,this.uniforms=rr(e.uniforms),this.uniformsGroups=or(e.uniformsGroups),this.defines=Object.assign({},e.defines),this.wireframe=e.wireframe,this.wireframeLinewidth=e.wireframeLinewidth,this.fog=e.fog,this.lights=e.lights,this.clipping=e.clipping,this.extensions=Object.assign({},e.extensions),this.glslVersion=e.glslVersion,this.defaultAttributeValues=Object.assign({},e.defaultAttributeValues),this.index0AttributeName=e.index0AttributeName,this.uniformsNeedUpdate=e.uniformsNeedUpdate,this}toJSON(e){let t=super.toJSON(e);t.glslVersion=this.glslVersion,t.uniforms={};for(let n in this.uniforms){let r=this.uniforms[n].value;r&&r.isTexture?t.uniforms[n]={type:`t`,value:r.toJSON(e).uuid}:r&&r.isColor?t.uniforms[n]={type:`c`,value:r.getHex()}:r&&r.isVector2?t.uniforms[n]={type:`v2`,value:r.toArray()}:r&&r.isVector3?t.uniforms[n]={type:`v3`,value:r.toArray()}:r&&r.isVector4?t.uniforms[n]={type:`v4`,value:r.toArray()}:r&&r.isMatrix3?t.uniforms[n]={type:`m3`,value:r.toArray()}:r&&r.isMatrix4?t.uniforms[n]={type:`m4`,value:r.toArray()}:t.uniforms[n]={value:r}}Object.keys(this.defines).length>0&&(t.defines=this.defines),t.vertexShader=this.vertexShader,t.fragmentShader=this.fragmentShader,t.lights=this.lights,t.clipping=this.clipping;let n={};for(let e in this.extensions)this.extensions[e]===!0&&(n[e]=!0);return Object.keys(n).length>0&&(t.extensions=n),t}fromJSON(e,t){if(super.fromJSON(e,t),e.uniforms!==void 0)for(let n in e.uniforms){let r=e.uniforms[n];switch(this.uniforms[n]={},r.type){case`t`:this.uniforms[n].value=t[r.value]||null;break;case`c`:this.uniforms[n].value=new J().setHex(r.value);break;case`v2`:this.uniforms[n].value=new B().fromArray(r.value);break;case`v3`:this.uniforms[n].value=new V().fromArray(r.value);break;case`v4`:this.uniforms[n].value=new Le().fromArray(r.value);break;case`m3`:this.uniforms[n].value=new H().fromArray(r.value);break;case`m4`:this.uniforms[n].value=new Ve().fromArray(r.value);break;default:this.uniforms[n].value=r.value}}if(e.defines!==void 0&&(this.defines=e.defines),e.vertexShader!==void 0&&(this.vertexShader=e.vertexShader),e.fragmentShader!==void 0&&(this.fragmentShader=e.fragmentShader),e.glslVersion!==void 0&&(this.glslVersion=e.glslVersion),e.extensions!==void 0)for(let t in e.extensions)this.extensions[t]=e.extensions[t];return e.lights!==void 0&&(this.lights=e.lights),e.clipping!==void 0&&(this.clipping=e.clipping),this}},fr=class extends dr{constructor(e){super(e),this.isRawShaderMaterial=!0,this.type=`RawShaderMaterial`}},pr=class extends Cn{constructor(e){super(),this.isMeshStandardMaterial=!0,this.type=`MeshStandardMaterial`,this.defines={STANDARD:``},this.color=new J(16777215),this.roughness=1,this.metalness=0,this.map=null,this.lightMap=null,this.lightMapIntensity=1,this.aoMap=null,this.aoMapIntensity=1,this.emissive=new J(0),this.emissiveIntensity=1,this.emissiveMap=null,this.bumpMap=null,this.bumpScale=1,this.normalMap=null,this.normalMapType=0,this.normalScale=new B(1,1),this.displacementMap=null,this.displacementScale=1,this.displacementBias=0,this.roughnessMap=null,this.metalnessMap=null,this.alphaMap=null,this.envMap=null,this.envMapRotation=new Xe,this.envMapIntensity=1,this.wireframe=!1,this.wireframeLinewidth=1,this.wireframeLinecap=`round`,this.wireframeLinejoin=`round`,this.flatShading=!1,this.fog=!0,this.setValues(e)}copy(e){return super.copy(e),this.defines={STANDARD:``},this.color.copy(e.color),this.roughness=e.roughness,this.metalness=e.metalness,this.map=e.map,this.lightMap=e.lightMap,this.lightMapIntensity=e.lightMapIntensity,this.aoMap=e.aoMap,this.aoMapIntensity=e.aoMapIntensity,this.emissive.copy(e.emissive),this.emissiveMap=e.emissiveMap,this.emissiveIntensity=e.emissiveIntensity,this.bumpMap=e.bumpMap,this.bumpScale=e.bumpScale,this.normalMap=e.normalMap,this.normalMapType=e.normalMapType,this.normalScale.copy(e.normalScale),this.displacementMap=e.displacementMap,this.displacementScale=e.displacementScale,this.displacementBias=e.displacementBias,this.roughnessMap=e.roughnessMap,this.metalnessMap=e.metalnessMap,this.alphaMap=e.alphaMap,this.envMap=e.envMap,this.envMapRotation.copy(e.envMapRotation),this.envMapIntensity=e.envMapIntensity,this.wireframe=e.wireframe,this.wireframeLinewidth=e.wireframeLinewidth,this.wireframeLinecap=e.wireframeLinecap,this.wireframeLinejoin=e.wireframeLinejoin,this.flatShading=e.flatShading,this.fog=e.fog,this}},mr=class extends Cn{constructor(e){super(),this.isMeshDepthMaterial=!0,this.type=`MeshDepthMaterial`,this.depthPacking=3200,this.map=null,this.alphaMap=null,this.displacementMap=null,this.displacementScale=1,this.displacementBias=0,this.wireframe=!1,this.wireframeLinewidth=1,this.setValues(e)}copy(e){return super.copy(e),this.depthPacking=e.depthPacking,this.map=e.map,this.alphaMap=e.alphaMap,this.displacementMap=e.displacementMap,this.displacementScale=e.displacementScale,this.displacementBias=e.displacementBias,this.wireframe=e.wireframe,this.wireframeLinewidth=e.wireframeLinewidth,this}},hr=class extends Cn{constructor(e){super(),this.isMeshDistanceMaterial=!0,this.type=`MeshDistanceMaterial`,this.map=null,this.alphaMap=null,this.displacementMap=null,this.displacementScale=1,this.displacementBias=0,this.setValues(e)}copy(e){return super.copy(e),this.map=e.map,this.alphaMap=e.alphaMap,this.displacementMap=e.displacementMap,this.displacementScale=e.displacementScale,this.displacementBias=e.displacementBias,this}};function gr(e,t){return!e||e.constructor===t?e:typeof t.BYTES_PER_ELEMENT==`number`?new t(e):Array.prototype.slice.call(e)}function _r(e){return e!==void 0&&e.inTangents!==void 0&&e.outTangents!==void 0}var vr=class{constructor(e,t,n,r){this.parameterPositions=e,this._cachedIndex=0,this.resultBuffer=r===void 0?new t.constructor(n):r,this.sampleValues=t,this.valueSize=n,this.settings=null,this.DefaultSettings_={}}evaluate(e){let t=this.parameterPositions,n=this._cachedIndex,r=t[n],i=t[n-1];validate_interval:{seek:{let a;linear_scan:{forward_scan:if(!(e<r)){for(let a=n+2;;){if(r===void 0){if(e<i)break forward_scan;return n=t.length,this._cachedIndex=n,this.copySampleValue_(n-1)}if(n===a)break;if(i=r,r=t[++n],e<r)break seek}a=t.length;break linear_scan}if(!(e>=i)){let o=t[1];e<o&&(n=2,i=o);for(let a=n-2;;){if(i===void 0)return this._cachedIndex=0,this.copySampleValue_(0);if(n===a)break;if(r=i,i=t[--n-1],e>=i)break seek}a=n,n=0;break linear_scan}break validate_interval}for(;n<a;){let r=n+a>>>1;e<t[r]?a=r:n=r+1}if(r=t[n],i=t[n-1],i===void 0)return this._cachedIndex=0,this.copySampleValue_(0);if(r===void 0)return n=t.length,this._cachedIndex=n,this.copySampleValue_(n-1)}this._cachedIndex=n,this.intervalChanged_(n,i,r)}return this.interpolate_(n,i,e,r)}getSettings_(){return this.settings||this.DefaultSettings_}copySampleValue_(e){let t=this.resultBuffer,n=this.sampleValues,r=this.valueSize,i=e*r;for(let e=0;e!==r;++e)t[e]=n[i+e];return t}interpolate_(){throw Error(`THREE.Interpolant: Call to abstract method.`)}intervalChanged_(){}},yr=class extends vr{constructor(e,t,n,r){super(e,t,n,r),this._weightPrev=-0,this._offsetPrev=-0,this._weightNext=-0,this._offsetNext=-0,this.DefaultSettings_={endingStart:D,endingEnd:D}}intervalChanged_(e,t,n){let r=this.parameterPositions,i=e-2,a=e+1,o=r[i],s=r[a];if(o===void 0)switch(this.getSettings_().endingStart){case O:i=e,o=2*t-n;break;case ee:i=r.length-2,o=t+r[i]-r[i+1];break;default:i=e,o=n}if(s===void 0)switch(this.getSettings_().endingEnd){case O:a=e,s=2*n-t;break;case ee:a=1,s=n+r[1]-r[0];break;default:a=e-1,s=t}let c=(n-t)*.5,l=this.valueSize;this._weightPrev=c/(t-o),this._weightNext=c/(s-n),this._offsetPrev=i*l,this._offsetNext=a*l}interpolate_(e,t,n,r){let i=this.resultBuffer,a=this.sampleValues,o=this.valueSize,s=e*o,c=s-o,l=this._offsetPrev,u=this._offsetNext,d=this._weightPrev,f=this._weightNext,p=(n-t)/(r-t),m=p*p,h=m*p,g=-d*h+2*d*m-d*p,_=(1+d)*h+(-1.5-2*d)*m+(-.5+d)*p+1,v=(-1-f)*h+(1.5+f)*m+.5*p,y=f*h-f*m;for(let e=0;e!==o;++e)i[e]=g*a[l+e]+_*a[c+e]+v*a[s+e]+y*a[u+e];return i}},br=class extends vr{constructor(e,t,n,r){super(e,t,n,r)}interpolate_(e,t,n,r){let i=this.resultBuffer,a=this.sampleValues,o=this.valueSize,s=e*o,c=s-o,l=(n-t)/(r-t),u=1-l;for(let e=0;e!==o;++e)i[e]=a[c+e]*u+a[s+e]*l;return i}},xr=class extends vr{constructor(e,t,n,r){super(e,t,n,r)}interpolate_(e){return this.copySampleValue_(e-1)}},Sr=class extends vr{interpolate_(e,t,n,r){let i=this.resultBuffer,a=this.sampleValues,o=this.valueSize,s=e*o,c=s-o,l=this.inTangents,u=this.outTangents;if(!l||!u){let e=(n-t)/(r-t),l=1-e;for(let t=0;t!==o;++t)i[t]=a[c+t]*l+a[s+t]*e;return i}let d=o*2,f=e-1;for(let p=0;p!==o;++p){let o=a[c+p],m=a[s+p],h=f*d+p*2,g=u[h],_=u[h+1],v=e*d+p*2,y=l[v],b=l[v+1],x=Tr(n,t,g,y,r);i[p]=Cr(x,o,_,b,m)}return i}};function Cr(e,t,n,r,i){let a=1-e;return a*a*a*t+3*a*a*e*n+3*a*e*e*r+e*e*e*i}function wr(e,t,n,r,i){let a=1-e;return 3*a*a*(n-t)+6*a*e*(r-n)+3*e*e*(i-r)}function Tr(e,t,n,r,i){let a=(e-t)/(i-t);for(let o=0;o<8;o++){let o=Cr(a,t,n,r,i)-e;if(Math.abs(o)<1e-10)break;let s=wr(a,t,n,r,i);if(Math.abs(s)<1e-10)break;a=Math.max(0,Math.min(1,a-o/s))}return a}var Er=class{constructor(e,t,n,r){if(e===void 0)throw Error(`THREE.KeyframeTrack: track name is undefined`);if(t===void 0||t.length===0)throw Error(`THREE.KeyframeTrack: no keyframes in track named `+e);this.name=e,this.times=gr(t,this.TimeBufferType),this.values=gr(n,this.ValueBufferType),this.setInterpolation(r||this.DefaultInterpolation)}static toJSON(e){let t=e.constructor,n;if(t.toJSON!==this.toJSON)n=t.toJSON(e);else{n={name:e.name,times:gr(e.times,Array),values:gr(e.values,Array)};let t=e.getInterpolation();t!==e.DefaultInterpolation&&(n.interpolation=t),_r(e.settings)&&(n.settings={inTangents:gr(e.settings.inTangents,Array),outTangents:gr(e.settings.outTangents,Array)})}return n.type=e.ValueTypeName,n}InterpolantFactoryMethodDiscrete(e){return new xr(this.times,this.values,this.getValueSize(),e)}InterpolantFactoryMethodLinear(e){return new br(this.times,this.values,this.getValueSize(),e)}InterpolantFactoryMethodSmooth(e){return new yr(this.times,this.values,this.getValueSize(),e)}InterpolantFactoryMethodBezier(e){let t=new Sr(this.times,this.values,this.getValueSize(),e);return this.settings&&(t.inTangents=this.settings.inTangents,t.outTangents=this.settings.outTangents),t}setInterpolation(e){let t;switch(e){case C:t=this.InterpolantFactoryMethodDiscrete;break;case w:t=this.InterpolantFactoryMethodLinear;break;case T:t=this.InterpolantFactoryMethodSmooth;break;case E:t=this.InterpolantFactoryMethodBezier}if(t===void 0){let t=`unsupported interpolation for `+this.ValueTypeName+` keyframe track named `+this.name;if(this.createInterpolant===void 0){if(e!==this.DefaultInterpolation)this.setInterpolation(this.DefaultInterpolation);else throw Error(t)}return L(`KeyframeTrack:`,t),this}return this.createInterpolant=t,this}getInterpolation(){switch(this.createInterpolant){case this.InterpolantFactoryMethodDiscrete:return C;case this.InterpolantFactoryMethodLinear:return w;case this.InterpolantFactoryMethodSmooth:return T;case this.InterpolantFactoryMethodBezier:return E}}getValueSize(){return this.values.length/this.times.length}shift(e){if(e!==0){let t=this.times;for(let n=0,r=t.length;n!==r;++n)t[n]+=e;_r(this.settings)&&(Dr(this.settings.inTangents,e),Dr(this.settings.outTangents,e))}return this}scale(e){if(e!==1){let t=this.times;for(let n=0,r=t.length;n!==r;++n)t[n]*=e;_r(this.settings)&&(Or(this.settings.inTangents,e),Or(this.settings.outTangents,e))}return this}trim(e,t){let n=this.times,r=n.length,i=0,a=r-1;for(;i!==r&&n[i]<e;)++i;for(;a!==-1&&n[a]>t;)--a;if(++a,i!==0||a!==r){i>=a&&(a=Math.max(a,1),i=a-1);let e=this.getValueSize();this.times=n.slice(i,a),this.values=this.values.slice(i*e,a*e)}return this}validate(){let e=!0,t=this.getValueSize();t-Math.floor(t)!==0&&(R(`KeyframeTrack: Invalid value size in track.`,this),e=!1);let n=this.times,r=this.values,i=n.length;i===0&&(R(`KeyframeTrack: Track is empty.`,this),e=!1);let a=null;for(let t=0;t!==i;t++){let r=n[t];if(typeof r==`number`&&isNaN(r)){R(`KeyframeTrack: Time is not a valid number.`,this,t,r),e=!1;break}if(a!==null&&a>r){R(`KeyframeTrack: Out of order keys.`,this,t,r,a),e=!1;break}a=r}if(r!==void 0&&F(r))for(let t=0,n=r.length;t!==n;++t){let n=r[t];if(isNaN(n)){R(`KeyframeTrack: Value is not a valid number.`,this,t,n),e=!1;break}}return e}optimize(){let e=this.times.slice(),t=this.values.slice(),n=this.getValueSize(),r=this.getInterpolation()===T,i=e.length-1,a=1;for(let o=1;o<i;++o){let i=!1,s=e[o];if(s!==e[o+1]&&(o!==1||s!==e[0])){if(r)i=!0;else{let e=o*n,r=e-n,a=e+n;for(let o=0;o!==n;++o){let n=t[e+o];if(n!==t[r+o]||n!==t[a+o]){i=!0;break}}}}if(i){if(o!==a){e[a]=e[o];let r=o*n,i=a*n;for(let e=0;e!==n;++e)t[i+e]=t[r+e]}++a}}if(i>0){e[a]=e[i];for(let e=i*n,r=a*n,o=0;o!==n;++o)t[r+o]=t[e+o];++a}return a===e.length?(this.times=e,this.values=t):(this.times=e.slice(0,a),this.values=t.slice(0,a*n)),this}clone(){let e=this.times.slice(),t=this.values.slice(),n=this.constructor,r=new n(this.name,e,t);return r.createInterpolant=this.createInterpolant,_r(this.settings)&&(r.settings={inTangents:this.settings.inTangents.slice(),outTangents:this.settings.outTangents.slice()}),r}};function Dr(e,t){for(let n=0,r=e.length;n!==r;n+=2)e[n]+=t}function Or(e,t){for(let n=0,r=e.length;n!==r;n+=2)e[n]*=t}Er.prototype.ValueTypeName=``,Er.prototype.TimeBufferType=Float32Array,Er.prototype.ValueBufferType=Float32Array,Er.prototype.DefaultInterpolation=w;var kr=class extends Er{constructor(e,t,n){super(e,t,n)}};kr.prototype.ValueTypeName=`bool`,kr.prototype.ValueBufferType=Array,kr.prototype.DefaultInterpolation=C,kr.prototype.InterpolantFactoryMethodLinear=void 0,kr.prototype.InterpolantFactoryMethodSmooth=void 0;var Ar=class extends Er{constructor(e,t,n,r){super(e,t,n,r)}};Ar.prototype.ValueTypeName=`color`;var jr=class extends Er{constructor(e,t,n,r){super(e,t,n,r)}};jr.prototype.ValueTypeName=`number`;var Mr=class extends vr{constructor(e,t,n,r){super(e,t,n,r)}interpolate_(e,t,n,r){let i=this.resultBuffer,a=this.sampleValues,o=this.valueSize,s=(n-t)/(r-t),c=e*o;for(let e=c+o;c!==e;c+=4)xe.slerpFlat(i,0,a,c-o,a,c,s);return i}},Nr=class extends Er{constructor(e,t,n,r){super(e,t,n,r)}InterpolantFactoryMethodLinear(e){return new Mr(this.times,this.values,this.getValueSize(),e)}};Nr.prototype.ValueTypeName=`quaternion`,Nr.prototype.InterpolantFactoryMethodSmooth=void 0;var Pr=class extends Er{constructor(e,t,n){super(e,t,n)}};Pr.prototype.ValueTypeName=`string`,Pr.prototype.ValueBufferType=Array,Pr.prototype.DefaultInterpolation=C,Pr.prototype.InterpolantFactoryMethodLinear=void 0,Pr.prototype.InterpolantFactoryMethodSmooth=void 0;var Fr=class extends Er{constructor(e,t,n,r){super(e,t,n,r)}};Fr.prototype.ValueTypeName=`vector`;var Ir={enabled:!1,files:{},add:function(e,t){this.enabled!==!1&&(Lr(e)||(this.files[e]=t))},get:function(e){if(this.enabled!==!1&&!Lr(e))return this.files[e]},remove:function(e){delete this.files[e]},clear:function(){this.files={}}};function Lr(e){try{let t=e.slice(e.indexOf(`:`)+1);return new URL(t).protocol===`blob:`}catch{return!1}}var Rr=new class{constructor(e,t,n){let r=this,i=!1,a=0,o=0,s,c=[];this.onStart=void 0,this.onLoad=e,this.onProgress=t,this.onError=n,this._abortController=null,this.itemStart=function(e){o++,i===!1&&r.onStart!==void 0&&r.onStart(e,a,o),i=!0},this.itemEnd=function(e){a++,r.onProgress!==void 0&&r.onProgress(e,a,o),a===o&&(i=!1,r.onLoad!==void 0&&r.onLoad())},this.itemError=function(e){r.onError!==void 0&&r.onError(e)},this.resolveURL=function(e){return e=e.normalize(`NFC`),s?s(e):e},this.setURLModifier=function(e){return s=e,this},this.addHandler=function(e,t){return c.push(e,t),this},this.removeHandler=function(e){let t=c.indexOf(e);return t!==-1&&c.splice(t,2),this},this.getHandler=function(e){for(let t=0,n=c.length;t<n;t+=2){let n=c[t],r=c[t+1];if(n.global&&(n.lastIndex=0),n.test(e))return r}return null},this.abort=function(){return this.abortController.abort(),this._abortController=null,this}}get abortController(){return this._abortController||=new AbortController,this._abortController}},zr=class{constructor(e){this.manager=e===void 0?Rr:e,this.crossOrigin=`anonymous`,this.withCredentials=!1,this.path=``,this.resourcePath=``,this.requestHeader={},this.priority=`auto`,this.cache=`default`,typeof __THREE_DEVTOOLS__<`u`&&__THREE_DEVTOOLS__.dispatchEvent(new CustomEvent(`observe`,{detail:this}))}load(){}loadAsync(e,t){let n=this;return new Promise(function(r,i){n.load(e,r,t,i)})}parse(){}setCrossOrigin(e){return this.crossOrigin=e,this}setWithCredentials(e){return this.withCredentials=e,this}setPath(e){return this.path=e,this}setResourcePath(e){return this.resourcePath=e,this}setRequestHeader(e){return this.requestHeader=e,this}setPriority(e){return this.priority=e,this}setCache(e){return this.cache=e,this}abort(){return this}};zr.DEFAULT_MATERIAL_NAME=`__DEFAULT`;var Br={},Vr=class extends Error{constructor(e,t){super(e),this.response=t}},Hr=class extends zr{constructor(e){super(e),this.mimeType=``,this.responseType=``,this._abortController=new AbortController}load(e,t,n,r){e===void 0&&(e=``),this.path!==void 0&&(e=this.path+e),e=this.manager.resolveURL(e);let i=Ir.get(`file:${e}`);if(i!==void 0){this.manager.itemStart(e),setTimeout(()=>{t&&t(i),this.manager.itemEnd(e)},0);return}if(Br[e]!==void 0){Br[e].push({onLoad:t,onProgress:n,onError:r});return}Br[e]=[],Br[e].push({onLoad:t,onProgress:n,onError:r});let a=new Request(e,{headers:new Headers(this.requestHeader),credentials:this.withCredentials?`include`:`same-origin`,priority:this.priority,cache:this.cache,signal:typeof AbortSignal.any==`function`?AbortSignal.any([this._abortController.signal,this.manager.abortController.signal]):this._abortController.signal}),o=this.mimeType,s=this.responseType;fetch(a).then(t=>{if(t.status===200||t.status===0){if(t.status===0&&L(`FileLoader: HTTP Status 0 received.`),typeof ReadableStream>`u`||t.body===void 0||t.body.getReader===void 0)return t;let n=Br[e],r=t.body.getReader(),i=t.headers.get(`X-File-Size`)||t.headers.get(`Content-Length`),a=i?parseInt(i):0,o=a!==0,s=0,c=new ReadableStream({start(e){t();function t(){r.read().then(({done:r,value:i})=>{if(r)e.close();else{s+=i.byteLength;let r=new ProgressEvent(`progress`,{lengthComputable:o,loaded:s,total:a});for(let e=0,t=n.length;e<t;e++){let t=n[e];t.onProgress&&t.onProgress(r)}e.enqueue(i),t()}},t=>{e.error(t)})}}});return new Response(c)}throw new Vr(`fetch for "${t.url}" responded with ${t.status}: ${t.statusText}`,t)}).then(e=>{switch(s){case`arraybuffer`:return e.arrayBuffer();case`blob`:return e.blob();case`document`:return e.text().then(e=>new DOMParser().parseFromString(e,o));case`json`:return e.json();default:if(o===``)return e.text();{let t=/charset="?([^;"\s]*)"?/i.exec(o),n=t&&t[1]?t[1].toLowerCase():void 0,r=new TextDecoder(n);return e.arrayBuffer().then(e=>r.decode(e))}}}).then(t=>{Ir.add(`file:${e}`,t);let n=Br[e];delete Br[e];for(let e=0,r=n.length;e<r;e++){let r=n[e];r.onLoad&&r.onLoad(t)}}).catch(t=>{let n=Br[e];if(n===void 0)throw this.manager.itemError(e),t;delete Br[e];for(let e=0,r=n.length;e<r;e++){let r=n[e];r.onError&&r.onError(t)}this.manager.itemError(e)}).finally(()=>{this.manager.itemEnd(e)}),this.manager.itemStart(e)}setResponseType(e){return this.responseType=e,this}setMimeType(e){return this.mimeType=e,this}abort(){return this._abortController.abort(),this._abortController=new AbortController,this}},Ur=new V,Wr=new xe,Gr=new V,Kr=class extends pt{constructor(){super(),this.isCamera=!0,this.type=`Camera`,this.matrixWorldInverse=new Ve,this.projectionMatrix=new Ve,this.projectionMatrixInverse=new Ve,this.coordinateSystem=ne,this._reversedDepth=!1}get reversedDepth(){return this._reversedDepth}copy(e,t){return super.copy(e,t),this.matrixWorldInverse.copy(e.matrixWorldInverse),this.projectionMatrix.copy(e.projectionMatrix),this.projectionMatrixInverse.copy(e.projectionMatrixInverse),this.coordinateSystem=e.coordinateSystem,this}getWorldDirection(e){return super.getWorldDirection(e).negate()}updateMatrixWorld(e){super.updateMatrixWorld(e),this.matrixWorld.decompose(Ur,Wr,Gr),Gr.x===1&&Gr.y===1&&Gr.z===1?this.matrixWorldInverse.copy(this.matrixWorld).invert():this.matrixWorldInverse.compose(Ur,Wr,Gr.set(1,1,1)).invert()}updateWorldMatrix(e,t,n=!1){super.updateWorldMatrix(e,t,n),this.matrixWorld.decompose(Ur,Wr,Gr),Gr.x===1&&Gr.y===1&&Gr.z===1?this.matrixWorldInverse.copy(this.matrixWorld).invert():this.matrixWorldInverse.compose(Ur,Wr,Gr.set(1,1,1)).invert()}clone(){return new this.constructor().copy(this)}},qr=new V,Jr=new B,Yr=new B,Xr=class extends Kr{constructor(e=50,t=1,n=.1,r=2e3){super(),this.isPerspectiveCamera=!0,this.type=`PerspectiveCamera`,this.fov=e,this.zoom=1,this.near=n,this.far=r,this.focus=10,this.aspect=t,this.view=null,this.filmGauge=35,this.filmOffset=0,this.updateProjectionMatrix()}copy(e,t){return super.copy(e,t),this.fov=e.fov,this.zoom=e.zoom,this.near=e.near,this.far=e.far,this.focus=e.focus,this.aspect=e.aspect,this.view=e.view===null?null:Object.assign({},e.view),this.filmGauge=e.filmGauge,this.filmOffset=e.filmOffset,this}setFocalLength(e){let t=.5*this.getFilmHeight()/e;this.fov=pe*2*Math.atan(t),this.updateProjectionMatrix()}getFocalLength(){let e=Math.tan(fe*.5*this.fov);return .5*this.getFilmHeight()/e}getEffectiveFOV(){return pe*2*Math.atan(Math.tan(fe*.5*this.fov)/this.zoom)}getFilmWidth(){return this.filmGauge*Math.min(this.aspect,1)}getFilmHeight(){return this.filmGauge/Math.max(this.aspect,1)}getViewBounds(e,t,n){qr.set(-1,-1,.5).applyMatrix4(this.projectionMatrixInverse),t.set(qr.x,qr.y).multiplyScalar(-e/qr.z),qr.set(1,1,.5).applyMatrix4(this.projectionMatrixInverse),n.set(qr.x,qr.y).multiplyScalar(-e/qr.z)}getViewSize(e,t){return this.getViewBounds(e,Jr,Yr),t.subVectors(Yr,Jr)}setViewOffset(e,t,n,r,i,a){this.aspect=e/t,this.view===null&&(this.view={enabled:!0,fullWidth:1,fullHeight:1,offsetX:0,offsetY:0,width:1,height:1}),this.view.enabled=!0,this.view.fullWidth=e,this.view.fullHeight=t,this.view.offsetX=n,this.view.offsetY=r,this.view.width=i,this.view.height=a,this.updateProjectionMatrix()}clearViewOffset(){this.view!==null&&(this.view.enabled=!1),this.updateProjectionMatrix()}updateProjectionMatrix(){let e=this.near,t=e*Math.tan(fe*.5*this.fov)/this.zoom,n=2*t,r=this.aspect*n,i=-.5*r,a=this.view;if(this.view!==null&&this.view.enabled){let e=a.fullWidth,o=a.fullHeight;i+=a.offsetX*r/e,t-=a.offsetY*n/o,r*=a.width/e,n*=a.height/o}let o=this.filmOffset;o!==0&&(i+=e*o/this.getFilmWidth()),this.projectionMatrix.makePerspective(i,i+r,t,t-n,e,this.far,this.coordinateSystem,this.reversedDepth),this.projectionMatrixInverse.copy(this.projectionMatrix).invert()}toJSON(e){let t=super.toJSON(e);return t.object.fov=this.fov,t.object.zoom=this.zoom,t.object.near=this.near,t.object.far=this.far,t.object.focus=this.focus,t.object.aspect=this.aspect,this.view!==null&&(t.object.view=Object.assign({},this.view)),t.object.filmGauge=this.filmGauge,t.object.filmOffset=this.filmOffset,t}},Zr=class extends Kr{constructor(e=-1,t=1,n=1,r=-1,i=.1,a=2e3){super(),this.isOrthographicCamera=!0,this.type=`OrthographicCamera`,this.zoom=1,this.view=null,this.left=e,this.right=t,this.top=n,this.bottom=r,this.near=i,this.far=a,this.updateProjectionMatrix()}copy(e,t){return super.copy(e,t),this.left=e.left,this.right=e.right,this.top=e.top,this.bottom=e.bottom,this.near=e.near,this.far=e.far,this.zoom=e.zoom,this.view=e.view===null?null:Object.assign({},e.view),this}setViewOffset(e,t,n,r,i,a){this.view===null&&(this.view={enabled:!0,fullWidth:1,fullHeight:1,offsetX:0,offsetY:0,width:1,height:1}),this.view.enabled=!0,this.view.fullWidth=e,this.view.fullHeight=t,this.view.offsetX=n,this.view.offsetY=r,this.view.width=i,this.view.height=a,this.updateProjectionMatrix()}clearViewOffset(){this.view!==null&&(this.view.enabled=!1),this.updateProjectionMatrix()}updateProjectionMatrix(){let e=(this.right-this.left)/(2*this.zoom),t=(this.top-this.bottom)/(2*this.zoom),n=(this.right+this.left)/2,r=(this.top+this.bottom)/2,i=n-e,a=n+e,o=r+t,s=r-t;if(this.view!==null&&this.view.enabled){let e=(this.right-this.left)/this.view.fullWidth/this.zoom,t=(this.top-this.bottom)/this.view.fullHeight/this.zoom;i+=e*this.view.offsetX,a=i+e*this.view.width,o-=t*this.view.offsetY,s=o-t*this.view.height}this.projectionMatrix.makeOrthographic(i,a,o,s,this.near,this.far,this.coordinateSystem,this.reversedDepth),this.projectionMatrixInverse.copy(this.projectionMatrix).invert()}toJSON(e){let t=super.toJSON(e);return t.object.zoom=this.zoom,t.object.left=this.left,t.object.right=this.right,t.object.top=this.top,t.object.bottom=this.bottom,t.object.near=this.near,t.object.far=this.far,this.view!==null&&(t.object.view=Object.assign({},this.view)),t}},Qr=class extends _n{constructor(){super(),this.isInstancedBufferGeometry=!0,this.type=`InstancedBufferGeometry`,this.instanceCount=1/0}copy(e){return super.copy(e),this.instanceCount=e.instanceCount,this}toJSON(){let e=super.toJSON();return e.instanceCount=this.instanceCount,e.isInstancedBufferGeometry=!0,e}},$r=-90,ei=1,ti=class extends pt{constructor(e,t,n){super(),this.type=`CubeCamera`,this.renderTarget=n,this.coordinateSystem=null,this.activeMipmapLevel=0;let r=new Xr($r,ei,e,t);r.layers=this.layers,this.add(r);let i=new Xr($r,ei,e,t);i.layers=this.layers,this.add(i);let a=new Xr($r,ei,e,t);a.layers=this.layers,this.add(a);let o=new Xr($r,ei,e,t);o.layers=this.layers,this.add(o);let s=new Xr($r,ei,e,t);s.layers=this.layers,this.add(s);let c=new Xr($r,ei,e,t);c.layers=this.layers,this.add(c)}updateCoordinateSystem(){let e=this.coordinateSystem,t=this.children.concat(),[n,r,i,a,o,s]=t;for(let e of t)this.remove(e);if(e===2e3)n.up.set(0,1,0),n.lookAt(1,0,0),r.up.set(0,1,0),r.lookAt(-1,0,0),i.up.set(0,0,-1),i.lookAt(0,1,0),a.up.set(0,0,1),a.lookAt(0,-1,0),o.up.set(0,1,0),o.lookAt(0,0,1),s.up.set(0,1,0),s.lookAt(0,0,-1);else if(e===2001)n.up.set(0,-1,0),n.lookAt(-1,0,0),r.up.set(0,-1,0),r.lookAt(1,0,0),i.up.set(0,0,1),i.lookAt(0,1,0),a.up.set(0,0,-1),a.lookAt(0,-1,0),o.up.set(0,-1,0),o.lookAt(0,0,1),s.up.set(0,-1,0),s.lookAt(0,0,-1);else throw Error(`THREE.CubeCamera.updateCoordinateSystem(): Invalid coordinate system: `+e);for(let e of t)this.add(e),e.updateMatrixWorld()}update(e,t){this.parent===null&&this.updateMatrixWorld();let{renderTarget:n,activeMipmapLevel:r}=this;this.coordinateSystem!==e.coordinateSystem&&(this.coordinateSystem=e.coordinateSystem,this.updateCoordinateSystem());let[i,a,o,s,c,l]=this.children,u=e.getRenderTarget(),d=e.getActiveCubeFace(),f=e.getActiveMipmapLevel(),p=e.xr.enabled;e.xr.enabled=!1;let m=n.texture.mipmapsAutoUpdate;n.texture.mipmapsAutoUpdate=!1;let h=!1;h=e.isWebGLRenderer===!0?e.state.buffers.depth.getReversed():e.reversedDepthBuffer,e.setRenderTarget(n,0,r),h&&e.autoClear===!1&&e.clearDepth(),e.render(t,i),e.setRenderTarget(n,1,r),h&&e.autoClear===!1&&e.clearDepth(),e.render(t,a),e.setRenderTarget(n,2,r),h&&e.autoClear===!1&&e.clearDepth(),e.render(t,o),e.setRenderTarget(n,3,r),h&&e.autoClear===!1&&e.clearDepth(),e.render(t,s),e.setRenderTarget(n,4,r),h&&e.autoClear===!1&&e.clearDepth(),e.render(t,c),n.texture.mipmapsAutoUpdate=m,e.setRenderTarget(n,5,r),h&&e.autoClear===!1&&e.clearDepth(),e.render(t,l),e.setRenderTarget(u,d,f),e.xr.enabled=p,n.texture.needsPMREMUpdate=!0}},ni=class extends Xr{constructor(e=[]){super(),this.isArrayCamera=!0,this.isMultiViewCamera=!1,this.cameras=e,this.perCameraFrustumCulled=!1}},ri=class{constructor(){this._previousTime=0,this._currentTime=0,this._startTime=performance.now(),this._delta=0,this._elapsed=0,this._timescale=1,this._document=null,this._pageVisibilityHandler=null}connect(e){this._document=e,e.hidden!==void 0&&(this._pageVisibilityHandler=ii.bind(this),e.addEventListener(`visibilitychange`,this._pageVisibilityHandler,!1))}disconnect(){this._pageVisibilityHandler!==null&&(this._document.removeEventListener(`visibilitychange`,this._pageVisibilityHandler),this._pageVisibilityHandler=null),this._document=null}getDelta(){return this._delta/1e3}getElapsed(){return this._elapsed/1e3}getTimescale(){return this._timescale}setTimescale(e){return this._timescale=e,this}reset(){return this._currentTime=performance.now()-this._startTime,this}dispose(){this.disconnect()}update(e){return this._pageVisibilityHandler!==null&&this._document.hidden===!0?this._delta=0:(this._previousTime=this._currentTime,this._currentTime=(e===void 0?performance.now():e)-this._startTime,this._delta=(this._currentTime-this._previousTime)*this._timescale,this._elapsed+=this._delta),this}};function ii(){this._document.hidden===!1&&this.reset()}var ai=`\\[\\]\\.:\\/`,oi=RegExp(`[\\[\\]\\.:\\/]`,`g`),si=`[^\\[\\]\\.:\\/]`,ci=`[^`+ai.replace(`\\.`,``)+`]`,li=`((?:WC+[\\/:])*)`.replace(`WC`,si),ui=`(WCOD+)?`.replace(`WCOD`,ci),di=`(?:\\.(WC+)(?:\\[(.+)\\])?)?`.replace(`WC`,si),fi=`\\.(WC+)(?:\\[(.+)\\])?`.replace(`WC`,si),pi=RegExp(`^`+li+ui+di+fi+`$`),mi=[`material`,`materials`,`bones`,`map`],hi=class{constructor(e,t,n){let r=n||gi.parseTrackName(t);this._targetGroup=e,this._bindings=e.subscribe_(t,r)}getValue(e,t){this.bind();let n=this._targetGroup.nCachedObjects_,r=this._bindings[n];r!==void 0&&r.getValue(e,t)}setValue(e,t){let n=this._bindings;for(let r=this._targetGroup.nCachedObjects_,i=n.length;r!==i;++r)n[r].setValue(e,t)}bind(){let e=this._bindings;for(let t=this._targetGroup.nCachedObjects_,n=e.length;t!==n;++t)e[t].bind()}unbind(){let e=this._bindings;for(let t=this._targetGroup.nCachedObjects_,n=e.length;t!==n;++t)e[t].unbind()}},gi=class e{constructor(t,n,r){this.path=n,this.parsedPath=r||e.parseTrackName(n),this.node=e.findNode(t,this.parsedPath.nodeName),this.rootNode=t,this.getValue=this._getValue_unbound,this.setValue=this._setValue_unbound}static create(t,n,r){return t&&t.isAnimationObjectGroup?new e.Composite(t,n,r):new e(t,n,r)}static sanitizeNodeName(e){return e.replace(/\s/g,`_`).replace(oi,``)}static parseTrackName(e){let t=pi.exec(e);if(t===null)throw Error(`THREE.PropertyBinding: Cannot parse trackName: `+e);let n={nodeName:t[2],objectName:t[3],objectIndex:t[4],propertyName:t[5],propertyIndex:t[6]},r=n.nodeName&&n.nodeName.lastIndexOf(`.`);if(r!==void 0&&r!==-1){let e=n.nodeName.substring(r+1);mi.indexOf(e)!==-1&&(n.nodeName=n.nodeName.substring(0,r),n.objectName=e)}if(n.propertyName===null||n.propertyName.length===0)throw Error(`THREE.PropertyBinding: can not parse propertyName from trackName: `+e);return n}static findNode(e,t){if(t===void 0||t===``||t===`.`||t===-1||t===e.name||t===e.uuid)return e;if(e.skeleton){let n=e.skeleton.getBoneByName(t);if(n!==void 0)return n}if(e.children){let n=function(e){for(let r=0;r<e.length;r++){let i=e[r];if(i.name===t||i.uuid===t)return i;let a=n(i.children);if(a)return a}return null},r=n(e.children);if(r)return r}return null}_getValue_unavailable(){}_setValue_unavailable(){}_getValue_direct(e,t){e[t]=this.targetObject[this.propertyName]}_getValue_array(e,t){let n=this.resolvedProperty;for(let r=0,i=n.length;r!==i;++r)e[t++]=n[r]}_getValue_arrayElement(e,t){e[t]=this.resolvedProperty[this.propertyIndex]}_getValue_toArray(e,t){this.resolvedProperty.toArray(e,t)}_setValue_direct(e,t){this.targetObject[this.propertyName]=e[t]}_setValue_direct_setNeedsUpdate(e,t){this.targetObject[this.propertyName]=e[t],this.targetObject.needsUpdate=!0}_setValue_direct_setMatrixWorldNeedsUpdate(e,t){this.targetObject[this.propertyName]=e[t],this.targetObject.matrixWorldNeedsUpdate=!0}_setValue_array(e,t){let n=this.resolvedProperty;for(let r=0,i=n.length;r!==i;++r)n[r]=e[t++]}_setValue_array_setNeedsUpdate(e,t){let n=this.resolvedProperty;for(let r=0,i=n.length;r!==i;++r)n[r]=e[t++];this.targetObject.needsUpdate=!0}_setValue_array_setMatrixWorldNeedsUpdate(e,t){let n=this.resolvedProperty;for(let r=0,i=n.length;r!==i;++r)n[r]=e[t++];this.targetObject.matrixWorldNeedsUpdate=!0}_setValue_arrayElement(e,t){this.resolvedProperty[this.propertyIndex]=e[t]}_setValue_arrayElement_setNeedsUpdate(e,t){this.resolvedProperty[this.propertyIndex]=e[t],this.targetObject.needsUpdate=!0}_setValue_arrayElement_setMatrixWorldNeedsUpdate(e,t){this.resolvedProperty[this.propertyIndex]=e[t],this.targetObject.matrixWorldNeedsUpdate=!0}_setValue_fromArray(e,t){this.resolvedProperty.fromArray(e,t)}_setValue_fromArray_setNeedsUpdate(e,t){this.resolvedProperty.fromArray(e,t),this.targetObject.needsUpdate=!0}_setValue_fromArray_setMatrixWorldNeedsUpdate(e,t){this.resolvedProperty.fromArray(e,t),this.targetObject.matrixWorldNeedsUpdate=!0}_getValue_unbound(e,t){this.bind(),this.getValue(e,t)}_setValue_unbound(e,t){this.bind(),this.setValue(e,t)}bind(){let t=this.node,n=this.parsedPath,r=n.objectName,i=n.propertyName,a=n.propertyIndex;if(t||(t=e.findNode(this.rootNode,n.nodeName),this.node=t),this.getValue=this._getValue_unavailable,this.setValue=this._setValue_unavailable,!t){L(`PropertyBinding: No target node found for track: `+this.path+`.`);return}if(r){let e=n.objectIndex;switch(r){case`materials`:if(!t.material){R(`PropertyBinding: Can not bind to material as node does not have a material.`,this);return}if(!t.material.materials){R(`PropertyBinding: Can not bind to material.materials as node.material does not have a materials array.`,this);return}t=t.material.materials;break;case`bones`:if(!t.skeleton){R(`PropertyBinding: Can not bind to bones as node does not have a skeleton.`,this);return}t=t.skeleton.bones;for(let n=0;n<t.length;n++)if(t[n].name===e){e=n;break}break;case`map`:if(`map`in t){t=t.map;break}if(!t.material){R(`PropertyBinding: Can not bind to material as node does not have a material.`,this);return}if(!t.material.map){R(`PropertyBinding: Can not bind to material.map as node.material does not have a map.`,this);return}t=t.material.map;break;default:if(t[r]===void 0){R(`PropertyBinding: Can not bind to objectName of node undefined.`,this);return}t=t[r]}if(e!==void 0){if(t[e]===void 0){R(`PropertyBinding: Trying to bind to objectIndex of objectName, but is undefined.`,this,t);return}t=t[e]}}let o=t[i];if(o===void 0){let e=n.nodeName;R(`PropertyBinding: Trying to update property for track: `+e+`.`+i+` but it wasn't found.`,t);return}let s=this.Versioning.None;this.targetObject=t,t.isMaterial===!0?s=this.Versioning.NeedsUpdate:t.isObject3D===!0&&(s=this.Versioning.MatrixWorldNeedsUpdate);let c=this.BindingType.Direct;if(a!==void 0){if(i===`morphTargetInfluences`){if(!t.geometry){R(`PropertyBinding: Can not bind to morphTargetInfluences because node does not have a geometry.`,this);return}if(!t.geometry.morphAttributes){R(`PropertyBinding: Can not bind to morphTargetInfluences because node does not have a geometry.morphAttributes.`,this);return}t.morphTargetDictionary[a]!==void 0&&(a=t.morphTargetDictionary[a])}c=this.BindingType.ArrayElement,this.resolvedProperty=o,this.propertyIndex=a}else o.fromArray!==void 0&&o.toArray!==void 0?(c=this.BindingType.HasFromToArray,this.resolvedProperty=o):Array.isArray(o)?(c=this.BindingType.EntireArray,this.resolvedProperty=o):this.propertyName=i;this.getValue=this.GetterByBindingType[c],this.setValue=this.SetterByBindingTypeAndVersioning[c][s]}unbind(){this.node=null,this.getValue=this._getValue_unbound,this.setValue=this._setValue_unbound}};gi.Composite=hi,gi.prototype.BindingType={Direct:0,EntireArray:1,ArrayElement:2,HasFromToArray:3},gi.prototype.Versioning={None:0,NeedsUpdate:1,MatrixWorldNeedsUpdate:2},gi.prototype.GetterByBindingType=[gi.prototype._getValue_direct,gi.prototype._getValue_array,gi.prototype._getValue_arrayElement,gi.prototype._getValue_toArray],gi.prototype.SetterByBindingTypeAndVersioning=[[gi.prototype._setValue_direct,gi.prototype._setValue_direct_setNeedsUpdate,gi.prototype._setValue_direct_setMatrixWorldNeedsUpdate],[gi.prototype._setValue_array,gi.prototype._setValue_array_setNeedsUpdate,gi.prototype._setValue_array_setMatrixWorldNeedsUpdate],[gi.prototype._setValue_arrayElement,gi.prototype._setValue_arrayElement_setNeedsUpdate,gi.prototype._setValue_arrayElement_setMatrixWorldNeedsUpdate],[gi.prototype._setValue_fromArray,gi.prototype._setValue_fromArray_setNeedsUpdate,gi.prototype._setValue_fromArray_setMatrixWorldNeedsUpdate]];var _i=class{static{this.prototype.isMatrix2=!0}constructor(e,t,n,r){this.elements=[1,0,0,1],e!==void 0&&this.set(e,t,n,r)}identity(){return this.set(1,0,0,1),this}fromArray(e,t=0){for(let n=0;n<4;n++)this.elements[n]=e[n+t];return this}set(e,t,n,r){let i=this.elements;return i[0]=e,i[2]=t,i[1]=n,i[3]=r,this}};function vi(e,t,n,r){let i=yi(r);switch(n){case 1021:return e*t;case 1028:return e*t/i.components*i.byteLength;case y:return e*t/i.components*i.byteLength;case b:return e*t*2/i.components*i.byteLength;case x:return e*t*2/i.components*i.byteLength;case 1022:return e*t*3/i.components*i.byteLength;case g:return e*t*4/i.components*i.byteLength;case S:return e*t*4/i.components*i.byteLength;case 33776:case 33777:return Math.floor((e+3)/4)*Math.floor((t+3)/4)*8;case 33778:case 33779:return Math.floor((e+3)/4)*Math.floor((t+3)/4)*16;case 35841:case 35843:return Math.max(e,16)*Math.max(t,8)/4;case 35840:case 35842:return Math.max(e,8)*Math.max(t,8)/2;case 36196:case 37492:case 37488:case 37489:return Math.floor((e+3)/4)*Math.floor((t+3)/4)*8;case 37496:case 37490:case 37491:return Math.floor((e+3)/4)*Math.floor((t+3)/4)*16;case 37808:return Math.floor((e+3)/4)*Math.floor((t+3)/4)*16;case 37809:return Math.floor((e+4)/5)*Math.floor((t+3)/4)*16;case 37810:return Math.floor((e+4)/5)*Math.floor((t+4)/5)*16;case 37811:return Math.floor((e+5)/6)*Math.floor((t+4)/5)*16;case 37812:return Math.floor((e+5)/6)*Math.floor((t+5)/6)*16;case 37813:return Math.floor((e+7)/8)*Math.floor((t+4)/5)*16;case 37814:return Math.floor((e+7)/8)*Math.floor((t+5)/6)*16;case 37815:return Math.floor((e+7)/8)*Math.floor((t+7)/8)*16;case 37816:return Math.floor((e+9)/10)*Math.floor((t+4)/5)*16;case 37817:return Math.floor((e+9)/10)*Math.floor((t+5)/6)*16;case 37818:return Math.floor((e+9)/10)*Math.floor((t+7)/8)*16;case 37819:return Math.floor((e+9)/10)*Math.floor((t+9)/10)*16;case 37820:return Math.floor((e+11)/12)*Math.floor((t+9)/10)*16;case 37821:return Math.floor((e+11)/12)*Math.floor((t+11)/12)*16;case 36492:case 36494:case 36495:return Math.ceil(e/4)*Math.ceil(t/4)*16;case 36283:case 36284:return Math.ceil(e/4)*Math.ceil(t/4)*8;case 36285:case 36286:return Math.ceil(e/4)*Math.ceil(t/4)*16}throw Error(`Unable to determine texture byte length for ${n} format.`)}function yi(e){switch(e){case c:case 1010:return{byteLength:1,components:1};case l:case 1011:case f:return{byteLength:2,components:1};case p:case m:return{byteLength:2,components:4};case u:case 1013:case d:return{byteLength:4,components:1};case 35902:case 35899:return{byteLength:4,components:3}}throw Error(`THREE.TextureUtils: Unknown texture type ${e}.`)}typeof __THREE_DEVTOOLS__<`u`&&__THREE_DEVTOOLS__.dispatchEvent(new CustomEvent(`register`,{detail:{revision:`187`}})),typeof window<`u`&&(window.__THREE__?L(`WARNING: Multiple instances of Three.js being imported.`):window.__THREE__=`187`);function bi(){let e=null,t=!1,n=null,r=null;function i(t,a){r=e.requestAnimationFrame(i),n(t,a)}return{start:function(){t!==!0&&n!==null&&e!==null&&(r=e.requestAnimationFrame(i),t=!0)},stop:function(){e!==null&&e.cancelAnimationFrame(r),t=!1},setAnimationLoop:function(e){n=e},setContext:function(t){e=t}}}function xi(e){let t=new WeakMap;function n(t,n){let r=t.array,i=t.usage,a=r.byteLength,o=e.createBuffer();e.bindBuffer(n,o),e.bufferData(n,r,i),t.onUploadCallback();let s;if(r instanceof Float32Array)s=e.FLOAT;else if(typeof Float16Array<`u`&&r instanceof Float16Array)s=e.HALF_FLOAT;else if(r instanceof Uint16Array)s=t.isFloat16BufferAttribute?e.HALF_FLOAT:e.UNSIGNED_SHORT;else if(r instanceof Int16Array)s=e.SHORT;else if(r instanceof Uint32Array)s=e.UNSIGNED_INT;else if(r instanceof Int32Array)s=e.INT;else if(r instanceof Int8Array)s=e.BYTE;else if(r instanceof Uint8Array)s=e.UNSIGNED_BYTE;else if(r instanceof Uint8ClampedArray)s=e.UNSIGNED_BYTE;else throw Error(`THREE.WebGLAttributes: Unsupported buffer data format: `+r);return{buffer:o,type:s,bytesPerElement:r.BYTES_PER_ELEMENT,version:t.version,size:a}}function r(t,n,r){let i=n.array,a=n.updateRanges;if(e.bindBuffer(r,t),a.length===0)e.bufferSubData(r,0,i);else{a.sort((e,t)=>e.start-t.start);let t=0;for(let e=1;e<a.length;e++){let n=a[t],r=a[e];r.start<=n.start+n.count+1?n.count=Math.max(n.count,r.start+r.count-n.start):(++t,a[t]=r)}a.length=t+1;for(let t=0,n=a.length;t<n;t++){let n=a[t];e.bufferSubData(r,n.start*i.BYTES_PER_ELEMENT,i,n.start,n.count)}n.clearUpdateRanges()}n.onUploadCallback()}function i(e){return e.isInterleavedBufferAttribute&&(e=e.data),t.get(e)}function a(n){n.isInterleavedBufferAttribute&&(n=n.data);let r=t.get(n);r&&(e.deleteBuffer(r.buffer),t.delete(n))}function o(e,i){if(e.isInterleavedBufferAttribute&&(e=e.data),e.isGLBufferAttribute){let n=t.get(e);(!n||n.version<e.version)&&t.set(e,{buffer:e.buffer,type:e.type,bytesPerElement:e.elementSize,version:e.version});return}let a=t.get(e);if(a===void 0)t.set(e,n(e,i));else if(a.version<e.version){if(a.size!==e.array.byteLength)throw Error(`THREE.WebGLAttributes: The size of the buffer attribute's array buffer does not match the original size. Resizing buffer attributes is not supported.`);r(a.buffer,e,i),a.version=e.version}}return{get:i,remove:a,update:o}}var Y={alphahash_fragment:`#ifdef USE_ALPHAHASH
	if ( diffuseColor.a < getAlphaHashThreshold( vPosition ) ) discard;
#endif`,alphahash_pars_fragment:`#ifdef USE_ALPHAHASH
	const float ALPHA_HASH_SCALE = 0.05;
	float hash2D( vec2 value ) {
		return fract( 1.0e4 * sin( 17.0 * value.x + 0.1 * value.y ) * ( 0.1 + abs( sin( 13.0 * value.y + value.x ) ) ) );
	}
	float hash3D( vec3 value ) {
		return hash2D( vec2( hash2D( value.xy ), value.z ) );
	}
	float getAlphaHashThreshold( vec3 position ) {
		float maxDeriv = max(
			length( dFdx( position.xyz ) ),
			length( dFdy( position.xyz ) )
		);
		float pixScale = 1.0 / ( ALPHA_HASH_SCALE * maxDeriv );
		vec2 pixScales = vec2(
			exp2( floor( log2( pixScale ) ) ),
			exp2( ceil( log2( pixScale ) ) )
		);
		vec2 alpha = vec2(
			hash3D( floor( pixScales.x * position.xyz ) ),
			hash3D( floor( pixScales.y * position.xyz ) )
		);
		float lerpFactor = fract( log2( pixScale ) );
		float x = ( 1.0 - lerpFactor ) * alpha.x + lerpFactor * alpha.y;
		float a = min( lerpFactor, 1.0 - lerpFactor );
		vec3 cases = vec3(
			x * x / ( 2.0 * a * ( 1.0 - a ) ),
			( x - 0.5 * a ) / ( 1.0 - a ),
			1.0 - ( ( 1.0 - x ) * ( 1.0 - x ) / ( 2.0 * a * ( 1.0 - a ) ) )
		);
		float threshold = ( x < ( 1.0 - a ) )
			? ( ( x < a ) ? cases.x : cases.y )
			: cases.z;
		return clamp( threshold , 1.0e-6, 1.0 );
	}
#endif`,alphamap_fragment:`#ifdef USE_ALPHAMAP
	diffuseColor.a *= texture2D( alphaMap, vAlphaMapUv ).g;
#endif`,alphamap_pars_fragment:`#ifdef USE_ALPHAMAP
	uniform sampler2D alphaMap;
#endif`,alphatest_fragment:`#ifdef USE_ALPHATEST
	#ifdef ALPHA_TO_COVERAGE
	diffuseColor.a = smoothstep( alphaTest, alphaTest + fwidth( diffuseColor.a ), diffuseColor.a );
	if ( diffuseColor.a == 0.0 ) discard;
	#else
	if ( diffuseColor.a < alphaTest ) discard;
	#endif
#endif`,alphatest_pars_fragment:`#ifdef USE_ALPHATEST
	uniform float alphaTest;
#endif`,aomap_fragment:`#ifdef USE_AOMAP
	float ambientOcclusion = ( texture2D( aoMap, vAoMapUv ).r - 1.0 ) * aoMapIntensity + 1.0;
	reflectedLight.indirectDiffuse *= ambientOcclusion;
	#if defined( USE_CLEARCOAT ) 
		clearcoatSpecularIndirect *= ambientOcclusion;
	#endif
	#if defined( USE_SHEEN ) 
		sheenSpecularIndirect *= ambientOcclusion;
	#endif
	#if defined( USE_ENVMAP ) && defined( STANDARD )
		float dotNV = saturate( dot( geometryNormal, geometryViewDir ) );
		reflectedLight.indirectSpecular *= computeSpecularOcclusion( dotNV, ambientOcclusion, material.roughness );
	#endif
#endif`,aomap_pars_fragment:`#ifdef USE_AOMAP
	uniform sampler2D aoMap;
	uniform float aoMapIntensity;
#endif`,batching_pars_vertex:`#ifdef USE_BATCHING
	#if ! defined( GL_ANGLE_multi_draw )
	#define gl_DrawID _gl_DrawID
	uniform int _gl_DrawID;
	#endif
	uniform highp sampler2D batchingTexture;
	uniform highp usampler2D batchingIdTexture;
	mat4 getBatchingMatrix( const in float i ) {
		int size = textureSize( batchingTexture, 0 ).x;
		int j = int( i ) * 4;
		int x = j % size;
		int y = j / size;
		vec4 v1 = texelFetch( batchingTexture, ivec2( x, y ), 0 );
		vec4 v2 = texelFetch( batchingTexture, ivec2( x + 1, y ), 0 );
		vec4 v3 = texelFetch( batchingTexture, ivec2( x + 2, y ), 0 );
		vec4 v4 = texelFetch( batchingTexture, ivec2( x + 3, y ), 0 );
		return mat4( v1, v2, v3, v4 );
	}
	float getIndirectIndex( const in int i ) {
		int size = textureSize( batchingIdTexture, 0 ).x;
		int x = i % size;
		int y = i / size;
		return float( texelFetch( batchingIdTexture, ivec2( x, y ), 0 ).r );
	}
#endif
#ifdef USE_BATCHING_COLOR
	uniform sampler2D batchingColorTexture;
	vec4 getBatchingColor( const in float i ) {
		int size = textureSize( batchingColorTexture, 0 ).x;
		int j = int( i );
		int x = j % size;
		int y = j / size;
		return texelFetch( batchingColorTexture, ivec2( x, y ), 0 );
	}
#endif`,batching_vertex:`#ifdef USE_BATCHING
	mat4 batchingMatrix = getBatchingMatrix( getIndirectIndex( gl_DrawID ) );
#endif`,begin_vertex:`vec3 transformed = vec3( position );
#ifdef USE_ALPHAHASH
	vPosition = vec3( position );
#endif`,beginnormal_vertex:`vec3 objectNormal = vec3( normal );
#ifdef USE_TANGENT
	vec3 objectTangent = vec3( tangent.xyz );
#endif`,bsdfs:`float G_BlinnPhong_Implicit( ) {
	return 0.25;
}
float D_BlinnPhong( const in float shininess, const in float dotNH ) {
	return RECIPROCAL_PI * ( shininess * 0.5 + 1.0 ) * pow( dotNH, shininess );
}
vec3 BRDF_BlinnPhong( const in vec3 lightDir, const in vec3 viewDir, const in vec3 normal, const in vec3 specularColor, const in float shininess ) {
	vec3 halfDir = normalize( lightDir + viewDir );
	float dotNH = saturate( dot( normal, halfDir ) );
	float dotVH = saturate( dot( viewDir, halfDir ) );
	vec3 F = F_Schlick( specularColor, 1.0, dotVH );
	float G = G_BlinnPhong_Implicit( );
	float D = D_BlinnPhong( shininess, dotNH );
	return F * ( G * D );
} // validated`,iridescence_fragment:`#ifdef USE_IRIDESCENCE
	const mat3 XYZ_TO_REC709 = mat3(
		 3.2404542, -0.9692660,  0.0556434,
		-1.5371385,  1.8760108, -0.2040259,
		-0.4985314,  0.0415560,  1.0572252
	);
	vec3 Fresnel0ToIor( vec3 fresnel0 ) {
		vec3 sqrtF0 = sqrt( fresnel0 );
		return ( vec3( 1.0 ) + sqrtF0 ) / ( vec3( 1.0 ) - sqrtF0 );
	}
	vec3 IorToFresnel0( vec3 transmittedIor, float incidentIor ) {
		return pow2( ( transmittedIor - vec3( incidentIor ) ) / ( transmittedIor + vec3( incidentIor ) ) );
	}
	float IorToFresnel0( float transmittedIor, float incidentIor ) {
		return pow2( ( transmittedIor - incidentIor ) / ( transmittedIor + incidentIor ));
	}
	vec3 evalSensitivity( float OPD, vec3 shift ) {
		float phase = 2.0 * PI * OPD * 1.0e-9;
		vec3 val = vec3( 5.4856e-13, 4.4201e-13, 5.2481e-13 );
		vec3 pos = vec3( 1.6810e+06, 1.7953e+06, 2.2084e+06 );
		vec3 var = vec3( 4.3278e+09, 9.3046e+09, 6.6121e+09 );
		vec3 xyz = val * sqrt( 2.0 * PI * var ) * cos( pos * phase + shift ) * exp( - pow2( phase ) * var );
		xyz.x += 9.7470e-14 * sqrt( 2.0 * PI * 4.5282e+09 ) * cos( 2.2399e+06 * phase + shift[ 0 ] ) * exp( - 4.5282e+09 * pow2( phase ) );
		xyz /= 1.0685e-7;
		vec3 rgb = XYZ_TO_REC709 * xyz;
		return rgb;
	}
	vec3 evalIridescence( float outsideIOR, float eta2, float cosTheta1, float thinFilmThickness, vec3 baseF0 ) {
		vec3 I;
		float iridescenceIOR = mix( outsideIOR, eta2, smoothstep( 0.0, 0.03, thinFilmThickness ) );
		float sinTheta2Sq = pow2( outsideIOR / iridescenceIOR ) * ( 1.0 - pow2( cosTheta1 ) );
		float cosTheta2Sq = 1.0 - sinTheta2Sq;
		if ( cosTheta2Sq < 0.0 ) {
			return vec3( 1.0 );
		}
		float cosTheta2 = sqrt( cosTheta2Sq );
		float R0 = IorToFresnel0( iridescenceIOR, outsideIOR );
		float R12 = F_Schlick( R0, 1.0, cosTheta1 );
		float T121 = 1.0 - R12;
		float phi12 = 0.0;
		if ( iridescenceIOR < outsideIOR ) phi12 = PI;
		float phi21 = PI - phi12;
		vec3 baseIOR = Fresnel0ToIor( clamp( baseF0, 0.0, 0.9999 ) );		vec3 R1 = IorToFresnel0( baseIOR, iridescenceIOR );
		vec3 R23 = F_Schlick( R1, 1.0, cosTheta2 );
		vec3 phi23 = vec3( 0.0 );
		if ( baseIOR[ 0 ] < iridescenceIOR ) phi23[ 0 ] = PI;
		if ( baseIOR[ 1 ] < iridescenceIOR ) phi23[ 1 ] = PI;
		if ( baseIOR[ 2 ] < iridescenceIOR ) phi23[ 2 ] = PI;
		float OPD = 2.0 * iridescenceIOR * thinFilmThickness * cosTheta2;
		vec3 phi = vec3( phi21 ) + phi23;
		vec3 R123 = clamp( R12 * R23, 1e-5, 0.9999 );
		vec3 r123 = sqrt( R123 );
		vec3 Rs = pow2( T121 ) * R23 / ( vec3( 1.0 ) - R123 );
		vec3 C0 = R12 + Rs;
		I = C0;
		vec3 Cm = Rs - T121;
		for ( int m = 1; m <= 2; ++ m ) {
			Cm *= r123;
			vec3 Sm = 2.0 * evalSensitivity( float( m ) * OPD, float( m ) * phi );
			I += Cm * Sm;
		}
		return max( I, vec3( 0.0 ) );
	}
#endif`,bumpmap_pars_fragment:`#ifdef USE_BUMPMAP
	uniform sampler2D bumpMap;
	uniform float bumpScale;
	vec2 dHdxy_fwd() {
		vec2 dSTdx = dFdx( vBumpMapUv );
		vec2 dSTdy = dFdy( vBumpMapUv );
		float Hll = bumpScale * texture2D( bumpMap, vBumpMapUv ).x;
		float dBx = bumpScale * texture2D( bumpMap, vBumpMapUv + dSTdx ).x - Hll;
		float dBy = bumpScale * texture2D( bumpMap, vBumpMapUv + dSTdy ).x - Hll;
		return vec2( dBx, dBy );
	}
	vec3 perturbNormalArb( vec3 surf_pos, vec3 surf_norm, vec2 dHdxy, float faceDirection ) {
		vec3 vSigmaX = normalize( dFdx( surf_pos.xyz ) );
		vec3 vSigmaY = normalize( dFdy( surf_pos.xyz ) );
		vec3 vN = surf_norm;
		vec3 R1 = cross( vSigmaY, vN );
		vec3 R2 = cross( vN, vSigmaX );
		float fDet = dot( vSigmaX, R1 ) * faceDirection;
		vec3 vGrad = sign( fDet ) * ( dHdxy.x * R1 + dHdxy.y * R2 );
		return normalize( abs( fDet ) * surf_norm - vGrad );
	}
#endif`,clipping_planes_fragment:`#if NUM_CLIPPING_PLANES > 0
	vec4 plane;
	#ifdef ALPHA_TO_COVERAGE
		float distanceToPlane, distanceGradient;
		float clipOpacity = 1.0;
		#pragma unroll_loop_start
		for ( int i = 0; i < UNION_CLIPPING_PLANES; i ++ ) {
			plane = clippingPlanes[ i ];
			distanceToPlane = - dot( vClipPosition, plane.xyz ) + plane.w;
			distanceGradient = fwidth( distanceToPlane ) / 2.0;
			clipOpacity *= smoothstep( - distanceGradient, distanceGradient, distanceToPlane );
			if ( clipOpacity == 0.0 ) discard;
		}
		#pragma unroll_loop_end
		#if UNION_CLIPPING_PLANES < NUM_CLIPPING_PLANES
			float unionClipOpacity = 1.0;
			#pragma unroll_loop_start
			for ( int i = UNION_CLIPPING_PLANES; i < NUM_CLIPPING_PLANES; i ++ ) {
				plane = clippingPlanes[ i ];
				distanceToPlane = - dot( vClipPosition, plane.xyz ) + plane.w;
				distanceGradient = fwidth( distanceToPlane ) / 2.0;
				unionClipOpacity *= 1.0 - smoothstep( - distanceGradient, distanceGradient, distanceToPlane );
			}
			#pragma unroll_loop_end
			clipOpacity *= 1.0 - unionClipOpacity;
		#endif
		diffuseColor.a *= clipOpacity;
		if ( diffuseColor.a == 0.0 ) discard;
	#else
		#pragma unroll_loop_start
		for ( int i = 0; i < UNION_CLIPPING_PLANES; i ++ ) {
			plane = clippingPlanes[ i ];
			if ( dot( vClipPosition, plane.xyz ) > plane.w ) discard;
		}
		#pragma unroll_loop_end
		#if UNION_CLIPPING_PLANES < NUM_CLIPPING_PLANES
			bool clipped = true;
			#pragma unroll_loop_start
			for ( int i = UNION_CLIPPING_PLANES; i < NUM_CLIPPING_PLANES; i ++ ) {
				plane = clippingPlanes[ i ];
				clipped = ( dot( vClipPosition, plane.xyz ) > plane.w ) && clipped;
			}
			#pragma unroll_loop_end
			if ( clipped ) discard;
		#endif
	#endif
#endif`,clipping_planes_pars_fragment:`#if NUM_CLIPPING_PLANES > 0
	varying vec3 vClipPosition;
	uniform vec4 clippingPlanes[ NUM_CLIPPING_PLANES ];
#endif`,clipping_planes_pars_vertex:`#if NUM_CLIPPING_PLANES > 0
	varying vec3 vClipPosition;
#endif`,clipping_planes_vertex:`#if NUM_CLIPPING_PLANES > 0
	vClipPosition = - mvPosition.xyz;
#endif`,color_fragment:`#if defined( USE_COLOR ) || defined( USE_COLOR_ALPHA )
	diffuseColor *= vColor;
#endif`,color_pars_fragment:`#if defined( USE_COLOR ) || defined( USE_COLOR_ALPHA )
	varying vec4 vColor;
#endif`,color_pars_vertex:`#if defined( USE_COLOR ) || defined( USE_COLOR_ALPHA ) || defined( USE_INSTANCING_COLOR ) || defined( USE_BATCHING_COLOR )
	varying vec4 vColor;
#endif`,color_vertex:`#if defined( USE_COLOR ) || defined( USE_COLOR_ALPHA ) || defined( USE_INSTANCING_COLOR ) || defined( USE_BATCHING_COLOR )
	vColor = vec4( 1.0 );
#endif
#ifdef USE_COLOR_ALPHA
	vColor *= color;
#elif defined( USE_COLOR )
	vColor.rgb *= color;
#endif
#ifdef USE_INSTANCING_COLOR
	vColor.rgb *= instanceColor.rgb;
#endif
#ifdef USE_BATCHING_COLOR
	vColor *= getBatchingColor( getIndirectIndex( gl_DrawID ) );
#endif`,common:`#define PI 3.141592653589793
#define PI2 6.283185307179586
#define PI_HALF 1.5707963267948966
#define RECIPROCAL_PI 0.3183098861837907
#define RECIPROCAL_PI2 0.15915494309189535
#define EPSILON 1e-6
#ifndef saturate
#define saturate( a ) clamp( a, 0.0, 1.0 )
#endif
#define whiteComplement( a ) ( 1.0 - saturate( a ) )
float pow2( const in float x ) { return x*x; }
vec3 pow2( const in vec3 x ) { return x*x; }
float pow3( const in float x ) { return x*x*x; }
float pow4( const in float x ) { float x2 = x*x; return x2*x2; }
float max3( const in vec3 v ) { return max( max( v.x, v.y ), v.z ); }
float average( const in vec3 v ) { return dot( v, vec3( 0.3333333 ) ); }
highp float rand( const in vec2 uv ) {
	const highp float a = 12.9898, b = 78.233, c = 43758.5453;
	highp float dt = dot( uv.xy, vec2( a,b ) ), sn = mod( dt, PI );
	return fract( sin( sn ) * c );
}
#ifdef HIGH_PRECISION
	float precisionSafeLength( vec3 v ) { return length( v ); }
#else
	float precisionSafeLength( vec3 v ) {
		float maxComponent = max3( abs( v ) );
		return length( v / maxComponent ) * maxComponent;
	}
#endif
struct IncidentLight {
	vec3 color;
	vec3 direction;
	bool visible;
};
struct ReflectedLight {
	vec3 directDiffuse;
	vec3 directSpecular;
	vec3 indirectDiffuse;
	vec3 indirectSpecular;
};
#ifdef USE_ALPHAHASH
	varying vec3 vPosition;
#endif
vec3 transformDirection( in vec3 dir, in mat4 matrix ) {
	return normalize( ( matrix * vec4( dir, 0.0 ) ).xyz );
}
#define inverseTransformDirection transformDirectionByInverseViewMatrix
vec3 transformNormalByInverseViewMatrix( in vec3 normal, in mat4 viewMatrix ) {
	return normalize( ( vec4( normal, 0.0 ) * viewMatrix ).xyz );
}
vec3 transformDirectionByInverseViewMatrix( in vec3 dir, in mat4 viewMatrix ) {
	return normalize( ( vec4( dir, 0.0 ) * viewMatrix ).xyz );
}
bool isPerspectiveMatrix( mat4 m ) {
	return m[ 2 ][ 3 ] == - 1.0;
}
vec2 equirectUv( in vec3 dir ) {
	float u = atan( dir.z, dir.x ) * RECIPROCAL_PI2 + 0.5;
	float v = asin( clamp( dir.y, - 1.0, 1.0 ) ) * RECIPROCAL_PI + 0.5;
	return vec2( u, v );
}
vec3 BRDF_Lambert( const in vec3 diffuseColor ) {
	return RECIPROCAL_PI * diffuseColor;
}
vec3 F_Schlick( const in vec3 f0, const in float f90, const in float dotVH ) {
	float fresnel = exp2( ( - 5.55473 * dotVH - 6.98316 ) * dotVH );
	return f0 * ( 1.0 - fresnel ) + ( f90 * fresnel );
}
float F_Schlick( const in float f0, const in float f90, const in float dotVH ) {
	float fresnel = exp2( ( - 5.55473 * dotVH - 6.98316 ) * dotVH );
	return f0 * ( 1.0 - fresnel ) + ( f90 * fresnel );
} // validated`,defaultnormal_vertex:`vec3 transformedNormal = objectNormal;
#ifdef USE_TANGENT
	vec3 transformedTangent = objectTangent;
#endif
#ifdef USE_BATCHING
	mat3 bm = mat3( batchingMatrix );
	transformedNormal /= vec3( dot( bm[ 0 ], bm[ 0 ] ), dot( bm[ 1 ], bm[ 1 ] ), dot( bm[ 2 ], bm[ 2 ] ) );
	transformedNormal = bm * transformedNormal;
	#ifdef USE_TANGENT
		transformedTangent = bm * transformedTangent;
	#endif
#endif
#ifdef USE_INSTANCING
	mat3 im = mat3( instanceMatrix );
	transformedNormal /= vec3( dot( im[ 0 ], im[ 0 ] ), dot( im[ 1 ], im[ 1 ] ), dot( im[ 2 ], im[ 2 ] ) );
	transformedNormal = im * transformedNormal;
	#ifdef USE_TANGENT
		transformedTangent = im * transformedTangent;
	#endif
#endif
transformedNormal = normalMatrix * transformedNormal;
#ifdef FLIP_SIDED
	transformedNormal = - transformedNormal;
#endif
#ifdef USE_TANGENT
	transformedTangent = ( modelViewMatrix * vec4( transformedTangent, 0.0 ) ).xyz;
#endif`,displacementmap_pars_vertex:`#ifdef USE_DISPLACEMENTMAP
	uniform sampler2D displacementMap;
	uniform float displacementScale;
	uniform float displacementBias;
#endif`,displacementmap_vertex:`#ifdef USE_DISPLACEMENTMAP
	transformed += normalize( objectNormal ) * ( texture2D( displacementMap, vDisplacementMapUv ).x * displacementScale + displacementBias );
#endif`,emissivemap_fragment:`#ifdef USE_EMISSIVEMAP
	vec4 emissiveColor = texture2D( emissiveMap, vEmissiveMapUv );
	#ifdef DECODE_VIDEO_TEXTURE_EMISSIVE
		emissiveColor = sRGBTransferEOTF( emissiveColor );
	#endif
	totalEmissiveRadiance *= emissiveColor.rgb;
#endif`,emissivemap_pars_fragment:`#ifdef USE_EMISSIVEMAP
	uniform sampler2D emissiveMap;
#endif`,colorspace_fragment:`gl_FragColor = linearToOutputTexel( gl_FragColor );`,colorspace_pars_fragment:`vec4 LinearTransferOETF( in vec4 value ) {
	return value;
}
vec4 sRGBTransferEOTF( in vec4 value ) {
	return vec4( mix( pow( value.rgb * 0.9478672986 + vec3( 0.0521327014 ), vec3( 2.4 ) ), value.rgb * 0.0773993808, vec3( lessThanEqual( value.rgb, vec3( 0.04045 ) ) ) ), value.a );
}
vec4 sRGBTransferOETF( in vec4 value ) {
	return vec4( mix( pow( value.rgb, vec3( 0.41666 ) ) * 1.055 - vec3( 0.055 ), value.rgb * 12.92, vec3( lessThanEqual( value.rgb, vec3( 0.0031308 ) ) ) ), value.a );
}`,envmap_fragment:`#ifdef USE_ENVMAP
	#ifdef ENV_WORLDPOS
		vec3 cameraToFrag;
		if ( isOrthographic ) {
			cameraToFrag = normalize( vec3( - viewMatrix[ 0 ][ 2 ], - viewMatrix[ 1 ][ 2 ], - viewMatrix[ 2 ][ 2 ] ) );
		} else {
			cameraToFrag = normalize( vWorldPosition - cameraPosition );
		}
		vec3 worldNormal = transformNormalByInverseViewMatrix( normal, viewMatrix );
		#ifdef ENVMAP_MODE_REFLECTION
			vec3 reflectVec = reflect( cameraToFrag, worldNormal );
		#else
			vec3 reflectVec = refract( cameraToFrag, worldNormal, refractionRatio );
		#endif
	#else
		vec3 reflectVec = vReflect;
	#endif
	#ifdef ENVMAP_TYPE_CUBE
		vec4 envColor = textureCube( envMap, envMapRotation * reflectVec );
		#ifdef ENVMAP_BLENDING_MULTIPLY
			outgoingLight = mix( outgoingLight, outgoingLight * envColor.xyz, specularStrength * reflectivity );
		#elif defined( ENVMAP_BLENDING_MIX )
			outgoingLight = mix( outgoingLight, envColor.xyz, specularStrength * reflectivity );
		#elif defined( ENVMAP_BLENDING_ADD )
			outgoingLight += envColor.xyz * specularStrength * reflectivity;
		#endif
	#endif
#endif`,envmap_common_pars_fragment:`#ifdef USE_ENVMAP
	uniform float envMapIntensity;
	uniform mat3 envMapRotation;
	uniform samplerCube envMap;
	#ifdef ENVMAP_TYPE_PMREM
		float roughnessToMip( const in float roughness ) {
			float r = clamp( roughness, 0.0, 1.0 );
			return ENVMAP_MAX_LOD * r * ( 2.0 - r );
		}
	#endif
#endif`,envmap_pars_fragment:`#ifdef USE_ENVMAP
	uniform float reflectivity;
	#if defined( USE_BUMPMAP ) || defined( USE_NORMALMAP ) || defined( PHONG ) || defined( LAMBERT )
		#define ENV_WORLDPOS
	#endif
	#ifdef ENV_WORLDPOS
		varying vec3 vWorldPosition;
		uniform float refractionRatio;
	#else
		varying vec3 vReflect;
	#endif
#endif`,envmap_pars_vertex:`#ifdef USE_ENVMAP
	#if defined( USE_BUMPMAP ) || defined( USE_NORMALMAP ) || defined( PHONG ) || defined( LAMBERT )
		#define ENV_WORLDPOS
	#endif
	#ifdef ENV_WORLDPOS
		
		varying vec3 vWorldPosition;
	#else
		varying vec3 vReflect;
		uniform float refractionRatio;
	#endif
#endif`,envmap_physical_pars_fragment:`#ifdef USE_ENVMAP
	vec3 getIBLIrradiance( const in vec3 normal ) {
		#ifdef ENVMAP_TYPE_PMREM
			vec3 worldNormal = transformNormalByInverseViewMatrix( normal, viewMatrix );
			vec4 envMapColor = textureLod( envMap, envMapRotation * worldNormal, ENVMAP_MAX_LOD );
			return PI * envMapColor.rgb * envMapIntensity;
		#else
			return vec3( 0.0 );
		#endif
	}
	vec3 getIBLRadiance( const in vec3 viewDir, const in vec3 normal, const in float roughness ) {
		#ifdef ENVMAP_TYPE_PMREM
			vec3 reflectVec = reflect( - viewDir, normal );
			reflectVec = normalize( mix( reflectVec, normal, pow4( roughness ) ) );
			reflectVec = transformDirectionByInverseViewMatrix( reflectVec, viewMatrix );
			vec4 envMapColor = textureLod( envMap, envMapRotation * reflectVec, roughnessToMip( roughness ) );
			return envMapColor.rgb * envMapIntensity;
		#else
			return vec3( 0.0 );
		#endif
	}
	#ifdef USE_RETROREFLECTION
		vec3 getIBLRetroRadiance( const in vec3 viewDir, const in vec3 normal, const in float roughness ) {
			#ifdef ENVMAP_TYPE_PMREM
				vec3 retroVec = normalize( mix( viewDir, normal, pow4( roughness ) ) );
				retroVec = transformDirectionByInverseViewMatrix( retroVec, viewMatrix );
				vec4 envMapColor = textureLod( envMap, envMapRotation * retroVec, roughnessToMip( roughness ) );
				return envMapColor.rgb * envMapIntensity;
			#else
				return vec3( 0.0 );
			#endif
		}
	#endif
	#ifdef USE_ANISOTROPY
		vec3 getIBLAnisotropyRadiance( const in vec3 viewDir, const in vec3 normal, const in float roughness, const in vec3 bitangent, const in float anisotropy ) {
			#ifdef ENVMAP_TYPE_PMREM
				vec3 bentNormal = cross( bitangent, viewDir );
				bentNormal = normalize( cross( bentNormal, bitangent ) );
				bentNormal = normalize( mix( bentNormal, normal, pow2( pow2( 1.0 - anisotropy * ( 1.0 - roughness ) ) ) ) );
				return getIBLRadiance( viewDir, bentNormal, roughness );
			#else
				return vec3( 0.0 );
			#endif
		}
		#ifdef USE_RETROREFLECTION
			vec3 getIBLAnisotropyRetroRadiance( const in vec3 viewDir, const in vec3 normal, const in float roughness, const in vec3 bitangent, const in float anisotropy ) {
				#ifdef ENVMAP_TYPE_PMREM
					vec3 bentNormal = cross( bitangent, viewDir );
					bentNormal = normalize( cross( bentNormal, bitangent ) );
					bentNormal = normalize( mix( bentNormal, normal, pow2( pow2( 1.0 - anisotropy * ( 1.0 - roughness ) ) ) ) );
					return getIBLRetroRadiance( viewDir, bentNormal, roughness );
				#else
					return vec3( 0.0 );
				#endif
			}
		#endif
	#endif
#endif`,envmap_vertex:`#ifdef USE_ENVMAP
	#ifdef ENV_WORLDPOS
		vWorldPosition = worldPosition.xyz;
	#else
		vec3 cameraToVertex;
		if ( isOrthographic ) {
			cameraToVertex = normalize( vec3( - viewMatrix[ 0 ][ 2 ], - viewMatrix[ 1 ][ 2 ], - viewMatrix[ 2 ][ 2 ] ) );
		} else {
			cameraToVertex = normalize( worldPosition.xyz - cameraPosition );
		}
		vec3 worldNormal = transformNormalByInverseViewMatrix( transformedNormal, viewMatrix );
		#ifdef ENVMAP_MODE_REFLECTION
			vReflect = reflect( cameraToVertex, worldNormal );
		#else
			vReflect = refract( cameraToVertex, worldNormal, refractionRatio );
		#endif
	#endif
#endif`,fog_vertex:`#ifdef USE_FOG
	vFogDepth = - mvPosition.z;
#endif`,fog_pars_vertex:`#ifdef USE_FOG
	varying float vFogDepth;
#endif`,fog_fragment:`#ifdef USE_FOG
	#ifdef FOG_EXP2
		float fogFactor = 1.0 - exp( - fogDensity * fogDensity * vFogDepth * vFogDepth );
	#else
		float fogFactor = smoothstep( fogNear, fogFar, vFogDepth );
	#endif
	gl_FragColor.rgb = mix( gl_FragColor.rgb, fogColor, fogFactor );
#endif`,fog_pars_fragment:`#ifdef USE_FOG
	uniform vec3 fogColor;
	varying float vFogDepth;
	#ifdef FOG_EXP2
		uniform float fogDensity;
	#else
		uniform float fogNear;
		uniform float fogFar;
	#endif
#endif`,gradientmap_pars_fragment:`#ifdef USE_GRADIENTMAP
	uniform sampler2D gradientMap;
#endif
vec3 getGradientIrradiance( vec3 normal, vec3 lightDirection ) {
	float dotNL = dot( normal, lightDirection );
	vec2 coord = vec2( dotNL * 0.5 + 0.5, 0.0 );
	#ifdef USE_GRADIENTMAP
		return vec3( texture2D( gradientMap, coord ).r );
	#else
		vec2 fw = fwidth( coord ) * 0.5;
		return mix( vec3( 0.7 ), vec3( 1.0 ), smoothstep( 0.7 - fw.x, 0.7 + fw.x, coord.x ) );
	#endif
}`,lightmap_pars_fragment:`#ifdef USE_LIGHTMAP
	uniform sampler2D lightMap;
	uniform float lightMapIntensity;
#endif`,lights_lambert_fragment:`LambertMaterial material;
material.diffuseColor = diffuseColor.rgb;
material.specularStrength = specularStrength;`,lights_lambert_pars_fragment:`varying vec3 vViewPosition;
struct LambertMaterial {
	vec3 diffuseColor;
	float specularStrength;
};
void RE_Direct_Lambert( const in IncidentLight directLight, const in vec3 geometryPosition, const in vec3 geometryNormal, const in vec3 geometryViewDir, const in vec3 geometryClearcoatNormal, const in LambertMaterial material, inout ReflectedLight reflectedLight ) {
	float dotNL = saturate( dot( geometryNormal, directLight.direction ) );
	vec3 irradiance = dotNL * directLight.color;
	reflectedLight.directDiffuse += irradiance * BRDF_Lambert( material.diffuseColor );
}
void RE_IndirectDiffuse_Lambert( const in vec3 irradiance, const in vec3 geometryPosition, const in vec3 geometryNormal, const in vec3 geometryViewDir, const in vec3 geometryClearcoatNormal, const in LambertMaterial material, inout ReflectedLight reflectedLight ) {
	reflectedLight.indirectDiffuse += irradiance * BRDF_Lambert( material.diffuseColor );
}
#define RE_Direct				RE_Direct_Lambert
#define RE_IndirectDiffuse		RE_IndirectDiffuse_Lambert`,lights_pars_begin:`uniform bool receiveShadow;
uniform vec3 ambientLightColor;
#if defined( USE_LIGHT_PROBES )
	uniform vec3 lightProbe[ 9 ];
#endif
vec3 shGetIrradianceAt( in vec3 normal, in vec3 shCoefficients[ 9 ] ) {
	float x = normal.x, y = normal.y, z = normal.z;
	vec3 result = shCoefficients[ 0 ] * 0.886227;
	result += shCoefficients[ 1 ] * 2.0 * 0.511664 * y;
	result += shCoefficients[ 2 ] * 2.0 * 0.511664 * z;
	result += shCoefficients[ 3 ] * 2.0 * 0.511664 * x;
	result += shCoefficients[ 4 ] * 2.0 * 0.429043 * x * y;
	result += shCoefficients[ 5 ] * 2.0 * 0.429043 * y * z;
	result += shCoefficients[ 6 ] * ( 0.743125 * z * z - 0.247708 );
	result += shCoefficients[ 7 ] * 2.0 * 0.429043 * x * z;
	result += shCoefficients[ 8 ] * 0.429043 * ( x * x - y * y );
	return result;
}
vec3 getLightProbeIrradiance( const in vec3 lightProbe[ 9 ], const in vec3 normal ) {
	vec3 worldNormal = transformNormalByInverseViewMatrix( normal, viewMatrix );
	vec3 irradiance = shGetIrradianceAt( worldNormal, lightProbe );
	return irradiance;
}
vec3 getAmbientLightIrradiance( const in vec3 ambientLightColor ) {
	vec3 irradiance = ambientLightColor;
	return irradiance;
}
float getDistanceAttenuation( const in float lightDistance, const in float cutoffDistance, const in float decayExponent ) {
	float distanceFalloff = 1.0 / max( pow( lightDistance, decayExponent ), 0.01 );
	if ( cutoffDistance > 0.0 ) {
		distanceFalloff *= pow2( saturate( 1.0 - pow4( lightDistance / cutoffDistance ) ) );
	}
	return distanceFalloff;
}
float getSpotAttenuation( const in float coneCosine, const in float penumbraCosine, const in float angleCosine ) {
	return smoothstep( coneCosine, penumbraCosine, angleCosine );
}
#if NUM_SUN_LIGHTS > 0
	struct SunLight {
		vec3 direction;
		vec3 color;
	};
	uniform SunLight sunLights[ NUM_SUN_LIGHTS ];
	void getSunLightInfo( const in SunLight sunLight, out IncidentLight light ) {
		light.color = sunLight.color;
		light.direction = sunLight.direction;
		light.visible = true;
	}
#endif
#if NUM_DIR_LIGHTS > 0
	struct DirectionalLight {
		vec3 direction;
		vec3 color;
	};
	uniform DirectionalLight directionalLights[ NUM_DIR_LIGHTS ];
	void getDirectionalLightInfo( const in DirectionalLight directionalLight, out IncidentLight light ) {
		light.color = directionalLight.color;
		light.direction = directionalLight.direction;
		light.visible = true;
	}
#endif
#if NUM_POINT_LIGHTS > 0
	struct PointLight {
		vec3 position;
		vec3 color;
		float distance;
		float decay;
	};
	uniform PointLight pointLights[ NUM_POINT_LIGHTS ];
	void getPointLightInfo( const in PointLight pointLight, const in vec3 geometryPosition, out IncidentLight light ) {
		vec3 lVector = pointLight.position - geometryPosition;
		light.direction = normalize( lVector );
		float lightDistance = length( lVector );
		light.color = pointLight.color;
		light.color *= getDistanceAttenuation( lightDistance, pointLight.distance, pointLight.decay );
		light.visible = ( light.color != vec3( 0.0 ) );
	}
#endif
#if NUM_SPOT_LIGHTS > 0
	struct SpotLight {
		vec3 position;
		vec3 direction;
		vec3 color;
		float distance;
		float decay;
		float coneCos;
		float penumbraCos;
	};
	uniform SpotLight spotLights[ NUM_SPOT_LIGHTS ];
	void getSpotLightInfo( const in SpotLight spotLight, const in vec3 geometryPosition, out IncidentLight light ) {
		vec3 lVector = spotLight.position - geometryPosition;
		light.direction = normalize( lVector );
		float angleCos = dot( light.direction, spotLight.direction );
		float spotAttenuation = getSpotAttenuation( spotLight.coneCos, spotLight.penumbraCos, angleCos );
		if ( spotAttenuation > 0.0 ) {
			float lightDistance = length( lVector );
			light.color = spotLight.color * spotAttenuation;
			light.color *= getDistanceAttenuation( lightDistance, spotLight.distance, spotLight.decay );
			light.visible = ( light.color != vec3( 0.0 ) );
		} else {
			light.color = vec3( 0.0 );
			light.visible = false;
		}
	}
#endif
#if NUM_RECT_AREA_LIGHTS > 0
	struct RectAreaLight {
		vec3 color;
		vec3 position;
		vec3 halfWidth;
		vec3 halfHeight;
	};
	uniform sampler2D ltc_1;	uniform sampler2D ltc_2;
	uniform RectAreaLight rectAreaLights[ NUM_RECT_AREA_LIGHTS ];
#endif
#if NUM_HEMI_LIGHTS > 0
	struct HemisphereLight {
		vec3 direction;
		vec3 skyColor;
		vec3 groundColor;
	};
	uniform HemisphereLight hemisphereLights[ NUM_HEMI_LIGHTS ];
	vec3 getHemisphereLightIrradiance( const in HemisphereLight hemiLight, const in vec3 normal ) {
		float dotNL = dot( normal, hemiLight.direction );
		float hemiDiffuseWeight = 0.5 * dotNL + 0.5;
		vec3 irradiance = mix( hemiLight.groundColor, hemiLight.skyColor, hemiDiffuseWeight );
		return irradiance;
	}
#endif
#include <lightprobes_pars_fragment>`,lights_toon_fragment:`ToonMaterial material;
material.diffuseColor = diffuseColor.rgb;`,lights_toon_pars_fragment:`varying vec3 vViewPosition;
struct ToonMaterial {
	vec3 diffuseColor;
};
void RE_Direct_Toon( const in IncidentLight directLight, const in vec3 geometryPosition, const in vec3 geometryNormal, const in vec3 geometryViewDir, const in vec3 geometryClearcoatNormal, const in ToonMaterial material, inout ReflectedLight reflectedLight ) {
	vec3 irradiance = getGradientIrradiance( geometryNormal, directLight.direction ) * directLight.color;
	reflectedLight.directDiffuse += irradiance * BRDF_Lambert( material.diffuseColor );
}
void RE_IndirectDiffuse_Toon( const in vec3 irradiance, const in vec3 geometryPosition, const in vec3 geometryNormal, const in vec3 geometryViewDir, const in vec3 geometryClearcoatNormal, const in ToonMaterial material, inout ReflectedLight reflectedLight ) {
	reflectedLight.indirectDiffuse += irradiance * BRDF_Lambert( material.diffuseColor );
}
#define RE_Direct				RE_Direct_Toon
#define RE_IndirectDiffuse		RE_IndirectDiffuse_Toon`,lights_phong_fragment:`BlinnPhongMaterial material;
material.diffuseColor = diffuseColor.rgb;
material.specularColor = specular;
material.specularShininess = shininess;
material.specularStrength = specularStrength;`,lights_phong_pars_fragment:`varying vec3 vViewPosition;
struct BlinnPhongMaterial {
	vec3 diffuseColor;
	vec3 specularColor;
	float specularShininess;
	float specularStrength;
};
void RE_Direct_BlinnPhong( const in IncidentLight directLight, const in vec3 geometryPosition, const in vec3 geometryNormal, const in vec3 geometryViewDir, const in vec3 geometryClearcoatNormal, const in BlinnPhongMaterial material, inout ReflectedLight reflectedLight ) {
	float dotNL = saturate( dot( geometryNormal, directLight.direction ) );
	vec3 irradiance = dotNL * directLight.color;
	reflectedLight.directDiffuse += irradiance * BRDF_Lambert( material.diffuseColor );
	reflectedLight.directSpecular += irradiance * BRDF_BlinnPhong( directLight.direction, geometryViewDir, geometryNormal, material.specularColor, material.specularShininess ) * material.specularStrength;
}
void RE_IndirectDiffuse_BlinnPhong( const in vec3 irradiance, const in vec3 geometryPosition, const in vec3 geometryNormal, const in vec3 geometryViewDir, const in vec3 geometryClearcoatNormal, const in BlinnPhongMaterial material, inout ReflectedLight reflectedLight ) {
	reflectedLight.indirectDiffuse += irradiance * BRDF_Lambert( material.diffuseColor );
}
#define RE_Direct				RE_Direct_BlinnPhong
#define RE_IndirectDiffuse		RE_IndirectDiffuse_BlinnPhong`,lights_physical_fragment:`PhysicalMaterial material;
material.diffuseColor = diffuseColor.rgb;
material.diffuseContribution = diffuseColor.rgb * ( 1.0 - metalnessFactor );
material.metalness = metalnessFactor;
vec3 dxy = max( abs( dFdx( nonPerturbedNormal ) ), abs( dFdy( nonPerturbedNormal ) ) );
float geometryRoughness = max( max( dxy.x, dxy.y ), dxy.z );
material.roughness = max( roughnessFactor, 0.045 );
material.roughness += geometryRoughness;
material.roughness = min( material.roughness, 1.0 );
#ifdef USE_DIFFUSE_ROUGHNESS
	float diffuseRoughnessFactor = diffuseRoughness;
	#ifdef USE_DIFFUSE_ROUGHNESSMAP
		diffuseRoughnessFactor *= texture2D( diffuseRoughnessMap, vDiffuseRoughnessMapUv ).r;
	#endif
	material.diffuseRoughness = saturate( diffuseRoughnessFactor );
#endif
#ifdef IOR
	material.ior = ior;
	#ifdef USE_SPECULAR
		float specularIntensityFactor = specularIntensity;
		vec3 specularColorFactor = specularColor;
		#ifdef USE_SPECULAR_COLORMAP
			specularColorFactor *= texture2D( specularColorMap, vSpecularColorMapUv ).rgb;
		#endif
		#ifdef USE_SPECULAR_INTENSITYMAP
			specularIntensityFactor *= texture2D( specularIntensityMap, vSpecularIntensityMapUv ).a;
		#endif
		material.specularF90 = mix( specularIntensityFactor, 1.0, metalnessFactor );
	#else
		float specularIntensityFactor = 1.0;
		vec3 specularColorFactor = vec3( 1.0 );
		material.specularF90 = 1.0;
	#endif
	material.specularColor = min( pow2( ( material.ior - 1.0 ) / ( material.ior + 1.0 ) ) * specularColorFactor, vec3( 1.0 ) ) * specularIntensityFactor;
	material.specularColorBlended = mix( material.specularColor, diffuseColor.rgb, metalnessFactor );
#else
	material.specularColor = vec3( 0.04 );
	material.specularColorBlended = mix( material.specularColor, diffuseColor.rgb, metalnessFactor );
	material.specularF90 = 1.0;
#endif
#ifdef USE_CLEARCOAT
	material.clearcoat = clearcoat;
	material.clearcoatRoughness = clearcoatRoughness;
	material.clearcoatF0 = vec3( 0.04 );
	material.clearcoatF90 = 1.0;
	#ifdef USE_CLEARCOATMAP
		material.clearcoat *= texture2D( clearcoatMap, vClearcoatMapUv ).x;
	#endif
	#ifdef USE_CLEARCOAT_ROUGHNESSMAP
		material.clearcoatRoughness *= texture2D( clearcoatRoughnessMap, vClearcoatRoughnessMapUv ).y;
	#endif
	material.clearcoat = saturate( material.clearcoat );	material.clearcoatRoughness = max( material.clearcoatRoughness, 0.045 );
	material.clearcoatRoughness += geometryRoughness;
	material.clearcoatRoughness = min( material.clearcoatRoughness, 1.0 );
#endif
#ifdef USE_DISPERSION
	material.dispersion = dispersion;
#endif
#ifdef USE_RETROREFLECTION
	material.retroreflectivity = retroreflectivity;
#endif
#ifdef USE_IRIDESCENCE
	material.iridescence = iridescence;
	material.iridescenceIOR = iridescenceIOR;
	#ifdef USE_IRIDESCENCEMAP
		material.iridescence *= texture2D( iridescenceMap, vIridescenceMapUv ).r;
	#endif
	#ifdef USE_IRIDESCENCE_THICKNESSMAP
		material.iridescenceThickness = (iridescenceThicknessMaximum - iridescenceThicknessMinimum) * texture2D( iridescenceThicknessMap, vIridescenceThicknessMapUv ).g + iridescenceThicknessMinimum;
	#else
		material.iridescenceThickness = iridescenceThicknessMaximum;
	#endif
#endif
#ifdef USE_SHEEN
	material.sheenColor = sheenColor;
	#ifdef USE_SHEEN_COLORMAP
		material.sheenColor *= texture2D( sheenColorMap, vSheenColorMapUv ).rgb;
	#endif
	material.sheenRoughness = clamp( sheenRoughness, 0.0001, 1.0 );
	#ifdef USE_SHEEN_ROUGHNESSMAP
		material.sheenRoughness *= texture2D( sheenRoughnessMap, vSheenRoughnessMapUv ).a;
	#endif
#endif
#ifdef USE_ANISOTROPY
	#ifdef USE_ANISOTROPYMAP
		mat2 anisotropyMat = mat2( anisotropyVector.x, anisotropyVector.y, - anisotropyVector.y, anisotropyVector.x );
		vec3 anisotropyPolar = texture2D( anisotropyMap, vAnisotropyMapUv ).rgb;
		vec2 anisotropyV = anisotropyMat * normalize( 2.0 * anisotropyPolar.rg - vec2( 1.0 ) ) * anisotropyPolar.b;
	#else
		vec2 anisotropyV = anisotropyVector;
	#endif
	material.anisotropy = length( anisotropyV );
	if( material.anisotropy == 0.0 ) {
		anisotropyV = vec2( 1.0, 0.0 );
	} else {
		anisotropyV /= material.anisotropy;
		material.anisotropy = saturate( material.anisotropy );
	}
	material.alphaT = mix( pow2( material.roughness ), 1.0, pow2( material.anisotropy ) );
	material.anisotropyT = tbn[ 0 ] * anisotropyV.x + tbn[ 1 ] * anisotropyV.y;
	material.anisotropyB = tbn[ 1 ] * anisotropyV.x - tbn[ 0 ] * anisotropyV.y;
#endif`,lights_physical_pars_fragment:`uniform sampler2D dfgLUT;
struct PhysicalMaterial {
	vec3 diffuseColor;
	vec3 diffuseContribution;
	vec3 specularColor;
	vec3 specularColorBlended;
	float roughness;
	float metalness;
	float specularF90;
	float dispersion;
	vec2 dfg;
	vec3 multiScatteringCompensation;
	#ifdef USE_DIFFUSE_ROUGHNESS
		float diffuseRoughness;
	#endif
	#ifdef USE_RETROREFLECTION
		float retroreflectivity;
	#endif
	#ifdef USE_CLEARCOAT
		float clearcoat;
		float clearcoatRoughness;
		vec3 clearcoatF0;
		float clearcoatF90;
	#endif
	#ifdef USE_IRIDESCENCE
		float iridescence;
		float iridescenceIOR;
		float iridescenceThickness;
		vec3 iridescenceFresnel;
		vec3 iridescenceF0Dielectric;
		vec3 iridescenceF0Metallic;
	#endif
	#ifdef USE_SHEEN
		vec3 sheenColor;
		float sheenRoughness;
	#endif
	#ifdef IOR
		float ior;
	#endif
	#ifdef USE_TRANSMISSION
		float transmission;
		float transmissionAlpha;
		float thickness;
		float attenuationDistance;
		vec3 attenuationColor;
	#endif
	#ifdef USE_ANISOTROPY
		float anisotropy;
		float alphaT;
		vec3 anisotropyT;
		vec3 anisotropyB;
	#endif
};
vec3 clearcoatSpecularDirect = vec3( 0.0 );
vec3 clearcoatSpecularIndirect = vec3( 0.0 );
vec3 sheenSpecularDirect = vec3( 0.0 );
vec3 sheenSpecularIndirect = vec3(0.0 );
vec3 Schlick_to_F0( const in vec3 f, const in float f90, const in float dotVH ) {
    float x = clamp( 1.0 - dotVH, 0.0, 1.0 );
    float x2 = x * x;
    float x5 = clamp( x * x2 * x2, 0.0, 0.9999 );
    return ( f - vec3( f90 ) * x5 ) / ( 1.0 - x5 );
}
#ifdef USE_DIFFUSE_ROUGHNESS
	const float EON_EPSILON = 1e-7;
	float FON_DirectionalAlbedo( const in float mu, const in float roughness, const in float A ) {
		float muComp = 1.0 - mu;
		float gOverPi = muComp * ( 0.0571085289 + muComp * ( 0.491881867 + muComp * ( - 0.332181442 + muComp * 0.0714429953 ) ) );
		return A * ( 1.0 + roughness * gOverPi );
	}
	vec3 BRDF_EON( const in vec3 lightDir, const in vec3 viewDir, const in vec3 normal, const in vec3 diffuseColor, const in float roughness ) {
		vec3 rho = saturate( diffuseColor );
		if ( roughness <= EON_EPSILON ) return BRDF_Lambert( rho );
		float dotNL = saturate( dot( normal, lightDir ) );
		float dotNV = saturate( dot( normal, viewDir ) );
		float s = dot( lightDir, viewDir ) - dotNL * dotNV;
		float sOverT = ( s > 0.0 ) ? s / max( max( dotNL, dotNV ), EON_EPSILON ) : s;
		float A = 1.0 / ( 1.0 + ( 0.5 - 2.0 / ( 3.0 * PI ) ) * roughness );
		vec3 singleScatter = rho * RECIPROCAL_PI * A * ( 1.0 + roughness * sOverT );
		float averageAlbedo = A * ( 1.0 + ( 2.0 / 3.0 - 28.0 / ( 15.0 * PI ) ) * roughness );
		float albedoV = FON_DirectionalAlbedo( dotNV, roughness, A );
		float albedoL = FON_DirectionalAlbedo( dotNL, roughness, A );
		vec3 rhoMultiScatter = rho * rho * averageAlbedo / max( vec3( EON_EPSILON ), vec3( 1.0 ) - rho * ( 1.0 - averageAlbedo ) );
		vec3 multiScatter = rhoMultiScatter * RECIPROCAL_PI
			* max( EON_EPSILON, 1.0 - albedoV )
			* max( EON_EPSILON, 1.0 - albedoL )
			/ max( EON_EPSILON, 1.0 - averageAlbedo );
		return singleScatter + multiScatter;
	}
	vec3 EON_DirectionalAlbedo( const in vec3 diffuseColor, const in float roughness, const in float dotNV ) {
		vec3 rho = saturate( diffuseColor );
		if ( roughness <= EON_EPSILON ) return rho;
		float A = 1.0 / ( 1.0 + ( 0.5 - 2.0 / ( 3.0 * PI ) ) * roughness );
		float directionalAlbedo = FON_DirectionalAlbedo( dotNV, roughness, A );
		float averageAlbedo = A * ( 1.0 + ( 2.0 / 3.0 - 28.0 / ( 15.0 * PI ) ) * roughness );
		vec3 rhoMultiScatter = rho * rho * averageAlbedo / max( vec3( EON_EPSILON ), vec3( 1.0 ) - rho * ( 1.0 - averageAlbedo ) );
		return rho * directionalAlbedo + rhoMultiScatter * ( 1.0 - directionalAlbedo );
	}
#endif
float V_GGX_SmithCorrelated( const in float alpha, const in float dotNL, const in float dotNV ) {
	float a2 = pow2( alpha );
	float gv = dotNL * sqrt( a2 + ( 1.0 - a2 ) * pow2( dotNV ) );
	float gl = dotNV * sqrt( a2 + ( 1.0 - a2 ) * pow2( dotNL ) );
	return 0.5 / max( gv + gl, EPSILON );
}
float D_GGX( const in float alpha, const in float dotNH ) {
	float a2 = pow2( alpha );
	float denom = pow2( dotNH ) * ( a2 - 1.0 ) + 1.0;
	return RECIPROCAL_PI * a2 / pow2( denom );
}
#ifdef USE_ANISOTROPY
	float V_GGX_SmithCorrelated_Anisotropic( const in float alphaT, const in float alphaB, const in float dotTV, const in float dotBV, const in float dotTL, const in float dotBL, const in float dotNV, const in float dotNL ) {
		float gv = dotNL * length( vec3( alphaT * dotTV, alphaB * dotBV, dotNV ) );
		float gl = dotNV * length( vec3( alphaT * dotTL, alphaB * dotBL, dotNL ) );
		return 0.5 / max( gv + gl, EPSILON );
	}
	float D_GGX_Anisotropic( const in float alphaT, const in float alphaB, const in float dotNH, const in float dotTH, const in float dotBH ) {
		float a2 = alphaT * alphaB;
		highp vec3 v = vec3( alphaB * dotTH, alphaT * dotBH, a2 * dotNH );
		highp float v2 = dot( v, v );
		float w2 = a2 / v2;
		return RECIPROCAL_PI * a2 * pow2 ( w2 );
	}
#endif
#ifdef USE_CLEARCOAT
	vec3 BRDF_GGX_Clearcoat( const in vec3 lightDir, const in vec3 viewDir, const in vec3 normal, const in PhysicalMaterial material) {
		vec3 f0 = material.clearcoatF0;
		float f90 = material.clearcoatF90;
		float roughness = max( material.clearcoatRoughness, 0.045 );
		float alpha = pow2( roughness );
		vec3 halfDir = normalize( lightDir + viewDir );
		float dotNL = saturate( dot( normal, lightDir ) );
		float dotNV = saturate( dot( normal, viewDir ) );
		float dotNH = saturate( dot( normal, halfDir ) );
		float dotVH = saturate( dot( viewDir, halfDir ) );
		vec3 F = F_Schlick( f0, f90, dotVH );
		float V = V_GGX_SmithCorrelated( alpha, dotNL, dotNV );
		float D = D_GGX( alpha, dotNH );
		return F * ( V * D );
	}
#endif
vec3 BRDF_GGX( const in vec3 lightDir, const in vec3 viewDir, const in vec3 normal, const in PhysicalMaterial material ) {
	vec3 f0 = material.specularColorBlended;
	float f90 = material.specularF90;
	float roughness = max( material.roughness, 0.045 );
	float alpha = pow2( roughness );
	vec3 halfDir = normalize( lightDir + viewDir );
	float dotNL = saturate( dot( normal, lightDir ) );
	float dotNV = saturate( dot( normal, viewDir ) );
	float dotNH = saturate( dot( normal, halfDir ) );
	float dotVH = saturate( dot( viewDir, halfDir ) );
	vec3 F = F_Schlick( f0, f90, dotVH );
	#ifdef USE_IRIDESCENCE
		F = mix( F, material.iridescenceFresnel, material.iridescence );
	#endif
	#ifdef USE_ANISOTROPY
		float dotTL = dot( material.anisotropyT, lightDir );
		float dotTV = dot( material.anisotropyT, viewDir );
		float dotTH = dot( material.anisotropyT, halfDir );
		float dotBL = dot( material.anisotropyB, lightDir );
		float dotBV = dot( material.anisotropyB, viewDir );
		float dotBH = dot( material.anisotropyB, halfDir );
		float alphaT = max( material.alphaT, alpha );
		float V = V_GGX_SmithCorrelated_Anisotropic( alphaT, alpha, dotTV, dotBV, dotTL, dotBL, dotNV, dotNL );
		float D = D_GGX_Anisotropic( alphaT, alpha, dotNH, dotTH, dotBH );
	#else
		float V = V_GGX_SmithCorrelated( alpha, dotNL, dotNV );
		float D = D_GGX( alpha, dotNH );
	#endif
	return F * ( V * D );
}
vec2 LTC_Uv( const in vec3 N, const in vec3 V, const in float roughness ) {
	const float LUT_SIZE = 64.0;
	const float LUT_SCALE = ( LUT_SIZE - 1.0 ) / LUT_SIZE;
	const float LUT_BIAS = 0.5 / LUT_SIZE;
	float dotNV = saturate( dot( N, V ) );
	vec2 uv = vec2( roughness, sqrt( 1.0 - dotNV ) );
	uv = uv * LUT_SCALE + LUT_BIAS;
	return uv;
}
float LTC_ClippedSphereFormFactor( const in vec3 f ) {
	float l = length( f );
	return max( ( l * l + f.z ) / ( l + 1.0 ), 0.0 );
}
vec3 LTC_EdgeVectorFormFactor( const in vec3 v1, const in vec3 v2 ) {
	float x = dot( v1, v2 );
	float y = abs( x );
	float a = 0.8543985 + ( 0.4965155 + 0.0145206 * y ) * y;
	float b = 3.4175940 + ( 4.1616724 + y ) * y;
	float v = a / b;
	float theta_sintheta = ( x > 0.0 ) ? v : 0.5 * inversesqrt( max( 1.0 - x * x, 1e-7 ) ) - v;
	return cross( v1, v2 ) * theta_sintheta;
}
vec3 LTC_Evaluate( const in vec3 N, const in vec3 V, const in vec3 P, const in mat3 mInv, const in vec3 rectCoords[ 4 ] ) {
	vec3 v1 = rectCoords[ 1 ] - rectCoords[ 0 ];
	vec3 v2 = rectCoords[ 3 ] - rectCoords[ 0 ];
	vec3 lightNormal = cross( v1, v2 );
	if( dot( lightNormal, P - rectCoords[ 0 ] ) < 0.0 ) return vec3( 0.0 );
	vec3 T1, T2;
	T1 = normalize( V - N * dot( V, N ) );
	T2 = - cross( N, T1 );
	mat3 mat = mInv * transpose( mat3( T1, T2, N ) );
	vec3 coords[ 4 ];
	coords[ 0 ] = mat * ( rectCoords[ 0 ] - P );
	coords[ 1 ] = mat * ( rectCoords[ 1 ] - P );
	coords[ 2 ] = mat * ( rectCoords[ 2 ] - P );
	coords[ 3 ] = mat * ( rectCoords[ 3 ] - P );
	coords[ 0 ] = normalize( coords[ 0 ] );
	coords[ 1 ] = normalize( coords[ 1 ] );
	coords[ 2 ] = normalize( coords[ 2 ] );
	coords[ 3 ] = normalize( coords[ 3 ] );
	vec3 vectorFormFactor = vec3( 0.0 );
	vectorFormFactor += LTC_EdgeVectorFormFactor( coords[ 0 ], coords[ 1 ] );
	vectorFormFactor += LTC_EdgeVectorFormFactor( coords[ 1 ], coords[ 2 ] );
	vectorFormFactor += LTC_EdgeVectorFormFactor( coords[ 2 ], coords[ 3 ] );
	vectorFormFactor += LTC_EdgeVectorFormFactor( coords[ 3 ], coords[ 0 ] );
	float result = LTC_ClippedSphereFormFactor( vectorFormFactor );
	return vec3( result );
}
#if defined( USE_SHEEN )
float D_Charlie( float roughness, float dotNH ) {
	float alpha = pow2( roughness );
	float invAlpha = 1.0 / alpha;
	float cos2h = dotNH * dotNH;
	float sin2h = max( 1.0 - cos2h, 0.0078125 );
	return ( 2.0 + invAlpha ) * pow( sin2h, invAlpha * 0.5 ) / ( 2.0 * PI );
}
float V_Neubelt( float dotNV, float dotNL ) {
	return saturate( 1.0 / ( 4.0 * ( dotNL + dotNV - dotNL * dotNV ) ) );
}
vec3 BRDF_Sheen( const in vec3 lightDir, const in vec3 viewDir, const in vec3 normal, vec3 sheenColor, const in float sheenRoughness ) {
	vec3 halfDir = normalize( lightDir + viewDir );
	float dotNL = saturate( dot( normal, lightDir ) );
	float dotNV = saturate( dot( normal, viewDir ) );
	float dotNH = saturate( dot( normal, halfDir ) );
	float D = D_Charlie( sheenRoughness, dotNH );
	float V = V_Neubelt( dotNV, dotNL );
	return sheenColor * ( D * V );
}
#endif
float IBLSheenBRDF( const in vec3 normal, const in vec3 viewDir, const in float roughness ) {
	float dotNV = saturate( dot( normal, viewDir ) );
	float r2 = roughness * roughness;
	float rInv = 1.0 / ( roughness + 0.1 );
	float a = -1.9362 + 1.0678 * roughness + 0.4573 * r2 - 0.8469 * rInv;
	float b = -0.6014 + 0.5538 * roughness - 0.4670 * r2 - 0.1255 * rInv;
	float DG = exp( a * dotNV + b );
	return saturate( DG );
}
vec3 EnvironmentBRDF( const in vec3 normal, const in vec3 viewDir, const in vec3 specularColor, const in float specularF90, const in float roughness ) {
	float dotNV = saturate( dot( normal, viewDir ) );
	vec2 fab = texture2D( dfgLUT, vec2( roughness, dotNV ) ).rg;
	return specularColor * fab.x + specularF90 * fab.y;
}
#ifdef USE_IRIDESCENCE
void computeMultiscatteringIridescence( const in vec2 fab, const in vec3 specularColor, const in float specularF90, const in float iridescence, const in vec3 iridescenceF0, inout vec3 singleScatter, inout vec3 multiScatter ) {
#else
void computeMultiscattering( const in vec2 fab, const in vec3 specularColor, const in float specularF90, inout vec3 singleScatter, inout vec3 multiScatter ) {
#endif
	#ifdef USE_IRIDESCENCE
		vec3 Fr = mix( specularColor, iridescenceF0, iridescence );
	#else
		vec3 Fr = specularColor;
	#endif
	vec3 FssEss = Fr * fab.x + specularF90 * fab.y;
	float Ess = fab.x + fab.y;
	float Ems = 1.0 - Ess;
	vec3 Favg = Fr + ( 1.0 - Fr ) * 0.047619;	vec3 Fms = FssEss * Favg / ( 1.0 - Ems * Favg );
	singleScatter += FssEss;
	multiScatter += Fms * Ems;
}
#if NUM_RECT_AREA_LIGHTS > 0
	void RE_Direct_RectArea_Physical( const in RectAreaLight rectAreaLight, const in vec3 geometryPosition, const in vec3 geometryNormal, const in vec3 geometryViewDir, const in vec3 geometryClearcoatNormal, const in PhysicalMaterial material, inout ReflectedLight reflectedLight ) {
		vec3 normal = geometryNormal;
		vec3 viewDir = geometryViewDir;
		vec3 position = geometryPosition;
		vec3 lightPos = rectAreaLight.position;
		vec3 halfWidth = rectAreaLight.halfWidth;
		vec3 halfHeight = rectAreaLight.halfHeight;
		vec3 lightColor = rectAreaLight.color;
		float roughness = material.roughness;
		vec3 rectCoords[ 4 ];
		rectCoords[ 0 ] = lightPos + halfWidth - halfHeight;		rectCoords[ 1 ] = lightPos - halfWidth - halfHeight;
		rectCoords[ 2 ] = lightPos - halfWidth + halfHeight;
		rectCoords[ 3 ] = lightPos + halfWidth + halfHeight;
		vec2 uv = LTC_Uv( normal, viewDir, roughness );
		vec4 t1 = texture2D( ltc_1, uv );
		vec4 t2 = texture2D( ltc_2, uv );
		mat3 mInv = mat3(
			vec3( t1.x, 0, t1.y ),
			vec3(    0, 1,    0 ),
			vec3( t1.z, 0, t1.w )
		);
		vec3 fresnel = ( material.specularColorBlended * t2.x + ( material.specularF90 - material.specularColorBlended ) * t2.y );
		reflectedLight.directSpecular += lightColor * fresnel * LTC_Evaluate( normal, viewDir, position, mInv, rectCoords );
		reflectedLight.directDiffuse += lightColor * material.diffuseContribution * LTC_Evaluate( normal, viewDir, position, mat3( 1.0 ), rectCoords );
		#ifdef USE_CLEARCOAT
			vec3 Ncc = geometryClearcoatNormal;
			vec2 uvClearcoat = LTC_Uv( Ncc, viewDir, material.clearcoatRoughness );
			vec4 t1Clearcoat = texture2D( ltc_1, uvClearcoat );
			vec4 t2Clearcoat = texture2D( ltc_2, uvClearcoat );
			mat3 mInvClearcoat = mat3(
				vec3( t1Clearcoat.x, 0, t1Clearcoat.y ),
				vec3(             0, 1,             0 ),
				vec3( t1Clearcoat.z, 0, t1Clearcoat.w )
			);
			vec3 fresnelClearcoat = material.clearcoatF0 * t2Clearcoat.x + ( material.clearcoatF90 - material.clearcoatF0 ) * t2Clearcoat.y;
			clearcoatSpecularDirect += lightColor * fresnelClearcoat * LTC_Evaluate( Ncc, viewDir, position, mInvClearcoat, rectCoords );
		#endif
	}
#endif
void RE_Direct_Physical( const in IncidentLight directLight, const in vec3 geometryPosition, const in vec3 geometryNormal, const in vec3 geometryViewDir, const in vec3 geometryClearcoatNormal, const in PhysicalMaterial material, inout ReflectedLight reflectedLight ) {
	float dotNL = saturate( dot( geometryNormal, directLight.direction ) );
	vec3 irradiance = dotNL * directLight.color;
	#ifdef USE_CLEARCOAT
		float dotNLcc = saturate( dot( geometryClearcoatNormal, directLight.direction ) );
		vec3 ccIrradiance = dotNLcc * directLight.color;
		clearcoatSpecularDirect += ccIrradiance * BRDF_GGX_Clearcoat( directLight.direction, geometryViewDir, geometryClearcoatNormal, material );
	#endif
	#ifdef USE_SHEEN
 
 		sheenSpecularDirect += irradiance * BRDF_Sheen( directLight.direction, geometryViewDir, geometryNormal, material.sheenColor, material.sheenRoughness );
 
 		float sheenAlbedoV = IBLSheenBRDF( geometryNormal, geometryViewDir, material.sheenRoughness );
 		float sheenAlbedoL = IBLSheenBRDF( geometryNormal, directLight.direction, material.sheenRoughness );
 
 		float sheenEnergyComp = 1.0 - max3( material.sheenColor ) * max( sheenAlbedoV, sheenAlbedoL );
 
 		irradiance *= sheenEnergyComp;
 
 	#endif
	vec3 specularBRDF = BRDF_GGX( directLight.direction, geometryViewDir, geometryNormal, material );
	#ifdef USE_RETROREFLECTION
		vec3 retroViewDir = reflect( - geometryViewDir, geometryNormal );
		vec3 retroSpecularBRDF = BRDF_GGX( directLight.direction, retroViewDir, geometryNormal, material );
		specularBRDF = mix( specularBRDF, retroSpecularBRDF, saturate( material.retroreflectivity ) );
	#endif
	reflectedLight.directSpecular += irradiance * specularBRDF * material.multiScatteringCompensation;
	vec3 halfDir = normalize( directLight.direction + geometryViewDir );
	float dotVH = saturate( dot( geometryViewDir, halfDir ) );
	vec3 F = F_Schlick( material.specularColor, material.specularF90, dotVH );
	#ifdef USE_RETROREFLECTION
		vec3 retroHalfDir = normalize( directLight.direction + retroViewDir );
		float dotRetroVH = saturate( dot( retroViewDir, retroHalfDir ) );
		vec3 retroF = F_Schlick( material.specularColor, material.specularF90, dotRetroVH );
		F = mix( F, retroF, saturate( material.retroreflectivity ) );
	#endif
	#ifdef USE_DIFFUSE_ROUGHNESS
		vec3 diffuseBRDF = BRDF_EON( directLight.direction, geometryViewDir, geometryNormal, material.diffuseColor, material.diffuseRoughness ) * ( 1.0 - material.metalness );
	#else
		vec3 diffuseBRDF = BRDF_Lambert( material.diffuseContribution );
	#endif
	reflectedLight.directDiffuse += irradiance * diffuseBRDF * ( 1.0 - F );
}
void RE_IndirectDiffuse_Physical( const in vec3 irradiance, const in vec3 geometryPosition, const in vec3 geometryNormal, const in vec3 geometryViewDir, const in vec3 geometryClearcoatNormal, const in PhysicalMaterial material, inout ReflectedLight reflectedLight ) {
	vec3 singleScattering = vec3( 0.0 );
	vec3 multiScattering = vec3( 0.0 );
	#ifdef USE_IRIDESCENCE
		computeMultiscatteringIridescence( material.dfg, material.specularColor, material.specularF90, material.iridescence, material.iridescenceF0Dielectric, singleScattering, multiScattering );
	#else
		computeMultiscattering( material.dfg, material.specularColor, material.specularF90, singleScattering, multiScattering );
	#endif
	#ifdef USE_DIFFUSE_ROUGHNESS
		float dotNV = saturate( dot( geometryNormal, geometryViewDir ) );
		vec3 diffuseAlbedo = EON_DirectionalAlbedo( material.diffuseColor, material.diffuseRoughness, dotNV ) * ( 1.0 - material.metalness );
		vec3 diffuse = irradiance * RECIPROCAL_PI * diffuseAlbedo * ( 1.0 - singleScattering - multiScattering );
	#else
		vec3 diffuse = irradiance * BRDF_Lambert( material.diffuseContribution ) * ( 1.0 - singleScattering - multiScattering );
	#endif
	#ifdef USE_SHEEN
		float sheenAlbedo = IBLSheenBRDF( geometryNormal, geometryViewDir, material.sheenRoughness );
		sheenSpecularIndirect += irradiance * material.sheenColor * sheenAlbedo * RECIPROCAL_PI;
		float sheenEnergyComp = 1.0 - max3( material.sheenColor ) * sheenAlbedo;
		diffuse *= sheenEnergyComp;
	#endif
	reflectedLight.indirectDiffuse += diffuse;
}
void RE_IndirectSpecular_Physical( const in vec3 radiance, const in vec3 irradiance, const in vec3 clearcoatRadiance, const in vec3 geometryPosition, const in vec3 geometryNormal, const in vec3 geometryViewDir, const in vec3 geometryClearcoatNormal, const in PhysicalMaterial material, inout ReflectedLight reflectedLight) {
	#ifdef USE_CLEARCOAT
		clearcoatSpecularIndirect += clearcoatRadiance * EnvironmentBRDF( geometryClearcoatNormal, geometryViewDir, material.clearcoatF0, material.clearcoatF90, material.clearcoatRoughness );
	#endif
	#ifdef USE_SHEEN
		sheenSpecularIndirect += irradiance * material.sheenColor * IBLSheenBRDF( geometryNormal, geometryViewDir, material.sheenRoughness ) * RECIPROCAL_PI;
 	#endif
	vec3 singleScatteringDielectric = vec3( 0.0 );
	vec3 multiScatteringDielectric = vec3( 0.0 );
	vec3 singleScatteringMetallic = vec3( 0.0 );
	vec3 multiScatteringMetallic = vec3( 0.0 );
	#ifdef USE_IRIDESCENCE
		computeMultiscatteringIridescence( material.dfg, material.specularColor, material.specularF90, material.iridescence, material.iridescenceF0Dielectric, singleScatteringDielectric, multiScatteringDielectric );
		computeMultiscatteringIridescence( material.dfg, material.diffuseColor, material.specularF90, material.iridescence, material.iridescenceF0Metallic, singleScatteringMetallic, multiScatteringMetallic );
	#else
		computeMultiscattering( material.dfg, material.specularColor, material.specularF90, singleScatteringDielectric, multiScatteringDielectric );
		computeMultiscattering( material.dfg, material.diffuseColor, material.specularF90, singleScatteringMetallic, multiScatteringMetallic );
	#endif
	vec3 singleScattering = mix( singleScatteringDielectric, singleScatteringMetallic, material.metalness );
	vec3 multiScattering = mix( multiScatteringDielectric, multiScatteringMetallic, material.metalness );
	vec3 totalScatteringDielectric = singleScatteringDielectric + multiScatteringDielectric;
	#ifdef USE_DIFFUSE_ROUGHNESS
		float dotNV = saturate( dot( geometryNormal, geometryViewDir ) );
		vec3 diffuse = EON_DirectionalAlbedo( material.diffuseColor, material.diffuseRoughness, dotNV ) * ( 1.0 - material.metalness ) * ( 1.0 - totalScatteringDielectric );
	#else
		vec3 diffuse = material.diffuseContribution * ( 1.0 - totalScatteringDielectric );
	#endif
	vec3 cosineWeightedIrradiance = irradiance * RECIPROCAL_PI;
	vec3 indirectSpecular = radiance * singleScattering;
	indirectSpecular += multiScattering * cosineWeightedIrradiance;
	vec3 indirectDiffuse = diffuse * cosineWeightedIrradiance;
	#ifdef USE_SHEEN
		float sheenAlbedo = IBLSheenBRDF( geometryNormal, geometryViewDir, material.sheenRoughness );
		float sheenEnergyComp = 1.0 - max3( material.sheenColor ) * sheenAlbedo;
		indirectSpecular *= sheenEnergyComp;
		indirectDiffuse *= sheenEnergyComp;
	#endif
	reflectedLight.indirectSpecular += indirectSpecular;
	reflectedLight.indirectDiffuse += indirectDiffuse;
}
#define RE_Direct				RE_Direct_Physical
#define RE_Direct_RectArea		RE_Direct_RectArea_Physical
#define RE_IndirectDiffuse		RE_IndirectDiffuse_Physical
#define RE_IndirectSpecular		RE_IndirectSpecular_Physical
float computeSpecularOcclusion( const in float dotNV, const in float ambientOcclusion, const in float roughness ) {
	return saturate( pow( dotNV + ambientOcclusion, exp2( - 16.0 * roughness - 1.0 ) ) - 1.0 + ambientOcclusion );
}`,lights_fragment_begin:`
vec3 geometryPosition = - vViewPosition;
vec3 geometryNormal = normal;
vec3 geometryViewDir = ( isOrthographic ) ? vec3( 0, 0, 1 ) : normalize( vViewPosition );
vec3 geometryClearcoatNormal = vec3( 0.0 );
#ifdef USE_CLEARCOAT
	geometryClearcoatNormal = clearcoatNormal;
#endif
#ifdef USE_IRIDESCENCE
	float dotNVi = saturate( dot( normal, geometryViewDir ) );
	if ( material.iridescenceThickness == 0.0 ) {
		material.iridescence = 0.0;
	} else {
		material.iridescence = saturate( material.iridescence );
	}
	if ( material.iridescence > 0.0 ) {
		vec3 iridescenceFresnelDielectric = evalIridescence( 1.0, material.iridescenceIOR, dotNVi, material.iridescenceThickness, material.specularColor );
		vec3 iridescenceFresnelMetallic = evalIridescence( 1.0, material.iridescenceIOR, dotNVi, material.iridescenceThickness, material.diffuseColor );
		material.iridescenceFresnel = mix( iridescenceFresnelDielectric, iridescenceFresnelMetallic, material.metalness );
		material.iridescenceF0Dielectric = Schlick_to_F0( iridescenceFresnelDielectric, 1.0, dotNVi );
		material.iridescenceF0Metallic = Schlick_to_F0( iridescenceFresnelMetallic, 1.0, dotNVi );
	}
#endif
#ifdef STANDARD
	float dotNVms = saturate( dot( geometryNormal, geometryViewDir ) );
	material.dfg = texture2D( dfgLUT, vec2( material.roughness, dotNVms ) ).rg;
	#if ( NUM_SUN_LIGHTS > 0 || NUM_DIR_LIGHTS > 0 || NUM_POINT_LIGHTS > 0 || NUM_SPOT_LIGHTS > 0 )
		float EssMs = material.dfg.x + material.dfg.y;
		material.multiScatteringCompensation = 1.0 + material.specularColorBlended * ( 1.0 / EssMs - 1.0 );
	#endif
#endif
IncidentLight directLight;
#if ( NUM_POINT_LIGHTS > 0 ) && defined( RE_Direct )
	PointLight pointLight;
	#if defined( USE_SHADOWMAP ) && NUM_POINT_LIGHT_SHADOWS > 0
	PointLightShadow pointLightShadow;
	#endif
	#pragma unroll_loop_start
	for ( int i = 0; i < NUM_POINT_LIGHTS; i ++ ) {
		pointLight = pointLights[ i ];
		getPointLightInfo( pointLight, geometryPosition, directLight );
		#if defined( USE_SHADOWMAP ) && ( UNROLLED_LOOP_INDEX < NUM_POINT_LIGHT_SHADOWS ) && ( defined( SHADOWMAP_TYPE_PCF ) || defined( SHADOWMAP_TYPE_BASIC ) )
		pointLightShadow = pointLightShadows[ i ];
		directLight.color *= ( directLight.visible && receiveShadow ) ? getPointShadow( pointShadowMap[ i ], pointLightShadow.shadowMapSize, pointLightShadow.shadowIntensity, pointLightShadow.shadowBias, pointLightShadow.shadowRadius, vPointShadowCoord[ i ], pointLightShadow.shadowCameraNear, pointLightShadow.shadowCameraFar ) : 1.0;
		#endif
		RE_Direct( directLight, geometryPosition, geometryNormal, geometryViewDir, geometryClearcoatNormal, material, reflectedLight );
	}
	#pragma unroll_loop_end
#endif
#if ( NUM_SPOT_LIGHTS > 0 ) && defined( RE_Direct )
	SpotLight spotLight;
	vec4 spotColor;
	vec3 spotLightCoord;
	bool inSpotLightMap;
	#if defined( USE_SHADOWMAP ) && NUM_SPOT_LIGHT_SHADOWS > 0
	SpotLightShadow spotLightShadow;
	#endif
	#pragma unroll_loop_start
	for ( int i = 0; i < NUM_SPOT_LIGHTS; i ++ ) {
		spotLight = spotLights[ i ];
		getSpotLightInfo( spotLight, geometryPosition, directLight );
		#if ( UNROLLED_LOOP_INDEX < NUM_SPOT_LIGHT_SHADOWS_WITH_MAPS )
		#define SPOT_LIGHT_MAP_INDEX UNROLLED_LOOP_INDEX
		#elif ( UNROLLED_LOOP_INDEX < NUM_SPOT_LIGHT_SHADOWS )
		#define SPOT_LIGHT_MAP_INDEX NUM_SPOT_LIGHT_MAPS
		#else
		#define SPOT_LIGHT_MAP_INDEX ( UNROLLED_LOOP_INDEX - NUM_SPOT_LIGHT_SHADOWS + NUM_SPOT_LIGHT_SHADOWS_WITH_MAPS )
		#endif
		#if ( SPOT_LIGHT_MAP_INDEX < NUM_SPOT_LIGHT_MAPS )
			spotLightCoord = vSpotLightCoord[ i ].xyz / vSpotLightCoord[ i ].w;
			inSpotLightMap = all( lessThan( abs( spotLightCoord * 2. - 1. ), vec3( 1.0 ) ) );
			spotColor = texture2D( spotLightMap[ SPOT_LIGHT_MAP_INDEX ], spotLightCoord.xy );
			directLight.color = inSpotLightMap ? directLight.color * spotColor.rgb : directLight.color;
		#endif
		#undef SPOT_LIGHT_MAP_INDEX
		#if defined( USE_SHADOWMAP ) && ( UNROLLED_LOOP_INDEX < NUM_SPOT_LIGHT_SHADOWS )
		spotLightShadow = spotLightShadows[ i ];
		directLight.color *= ( directLight.visible && receiveShadow ) ? getShadow( spotShadowMap[ i ], spotLightShadow.shadowMapSize, spotLightShadow.shadowIntensity, spotLightShadow.shadowBias, spotLightShadow.shadowRadius, vSpotLightCoord[ i ] ) : 1.0;
		#endif
		RE_Direct( directLight, geometryPosition, geometryNormal, geometryViewDir, geometryClearcoatNormal, material, reflectedLight );
	}
	#pragma unroll_loop_end
#endif
#if ( NUM_SUN_LIGHTS > 0 ) && defined( RE_Direct )
	SunLight sunLight;
	#if defined( USE_SHADOWMAP ) && NUM_SUN_LIGHT_SHADOWS > 0
	SunLightShadow sunLightShadow;
	#endif
	#pragma unroll_loop_start
	for ( int i = 0; i < NUM_SUN_LIGHTS; i ++ ) {
		sunLight = sunLights[ i ];
		getSunLightInfo( sunLight, directLight );
		#if defined( USE_SHADOWMAP ) && ( UNROLLED_LOOP_INDEX < NUM_SUN_LIGHT_SHADOWS )
		sunLightShadow = sunLightShadows[ i ];
		directLight.color *= ( directLight.visible && receiveShadow ) ? getSunShadow( sunShadowMap[ i ], sunLightShadow, UNROLLED_LOOP_INDEX ) : 1.0;
		#endif
		RE_Direct( directLight, geometryPosition, geometryNormal, geometryViewDir, geometryClearcoatNormal, material, reflectedLight );
	}
	#pragma unroll_loop_end
#endif
#if ( NUM_DIR_LIGHTS > 0 ) && defined( RE_Direct )
	DirectionalLight directionalLight;
	#if defined( USE_SHADOWMAP ) && NUM_DIR_LIGHT_SHADOWS > 0
	DirectionalLightShadow directionalLightShadow;
	#endif
	#pragma unroll_loop_start
	for ( int i = 0; i < NUM_DIR_LIGHTS; i ++ ) {
		directionalLight = directionalLights[ i ];
		getDirectionalLightInfo( directionalLight, directLight );
		#if defined( USE_SHADOWMAP ) && ( UNROLLED_LOOP_INDEX < NUM_DIR_LIGHT_SHADOWS )
		directionalLightShadow = directionalLightShadows[ i ];
		directLight.color *= ( directLight.visible && receiveShadow ) ? getShadow( directionalShadowMap[ i ], directionalLightShadow.shadowMapSize, directionalLightShadow.shadowIntensity, directionalLightShadow.shadowBias, directionalLightShadow.shadowRadius, vDirectionalShadowCoord[ i ] ) : 1.0;
		#endif
		RE_Direct( directLight, geometryPosition, geometryNormal, geometryViewDir, geometryClearcoatNormal, material, reflectedLight );
	}
	#pragma unroll_loop_end
#endif
#if ( NUM_RECT_AREA_LIGHTS > 0 ) && defined( RE_Direct_RectArea )
	RectAreaLight rectAreaLight;
	#pragma unroll_loop_start
	for ( int i = 0; i < NUM_RECT_AREA_LIGHTS; i ++ ) {
		rectAreaLight = rectAreaLights[ i ];
		RE_Direct_RectArea( rectAreaLight, geometryPosition, geometryNormal, geometryViewDir, geometryClearcoatNormal, material, reflectedLight );
	}
	#pragma unroll_loop_end
#endif
#if defined( RE_IndirectDiffuse )
	vec3 iblIrradiance = vec3( 0.0 );
	vec3 irradiance = getAmbientLightIrradiance( ambientLightColor );
	#if defined( USE_LIGHT_PROBES )
		irradiance += getLightProbeIrradiance( lightProbe, geometryNormal );
	#endif
	#if ( NUM_HEMI_LIGHTS > 0 )
		#pragma unroll_loop_start
		for ( int i = 0; i < NUM_HEMI_LIGHTS; i ++ ) {
			irradiance += getHemisphereLightIrradiance( hemisphereLights[ i ], geometryNormal );
		}
		#pragma unroll_loop_end
	#endif
	#if NUM_LIGHT_PROBE_GRIDS > 0
		vec3 probeWorldPos = ( ( vec4( geometryPosition, 1.0 ) - viewMatrix[ 3 ] ) * viewMatrix ).xyz;
		vec3 probeWorldNormal = transformNormalByInverseViewMatrix( geometryNormal, viewMatrix );
		int probeGrid = - 1;
		#pragma unroll_loop_start
		for ( int i = 0; i < NUM_LIGHT_PROBE_GRIDS; i ++ ) {
			if ( isInsideLightProbeGrid( probeWorldPos, probeWorldNormal, probesMin[ i ], probesMax[ i ], probesResolution[ i ] ) ) probeGrid = UNROLLED_LOOP_INDEX;
		}
		#pragma unroll_loop_end
		#pragma unroll_loop_start
		for ( int i = 0; i < NUM_LIGHT_PROBE_GRIDS; i ++ ) {
			if ( probeGrid == UNROLLED_LOOP_INDEX ) irradiance += getLightProbeGridIrradiance( probesSH[ i ], probesMin[ i ], probesMax[ i ], probesResolution[ i ], probeWorldPos, probeWorldNormal );
		}
		#pragma unroll_loop_end
	#endif
#endif
#if defined( RE_IndirectSpecular )
	vec3 radiance = vec3( 0.0 );
	vec3 clearcoatRadiance = vec3( 0.0 );
#endif`,lights_fragment_maps:`#if defined( RE_IndirectDiffuse )
	#ifdef USE_LIGHTMAP
		vec4 lightMapTexel = texture2D( lightMap, vLightMapUv );
		vec3 lightMapIrradiance = lightMapTexel.rgb * lightMapIntensity;
		irradiance += lightMapIrradiance;
	#endif
	#if defined( USE_ENVMAP ) && defined( ENVMAP_TYPE_PMREM )
		#if defined( STANDARD ) || defined( LAMBERT ) || defined( PHONG )
			iblIrradiance += getIBLIrradiance( geometryNormal );
		#endif
	#endif
#endif
#if defined( USE_ENVMAP ) && defined( RE_IndirectSpecular )
	#ifdef USE_ANISOTROPY
		vec3 iblRadiance = getIBLAnisotropyRadiance( geometryViewDir, geometryNormal, material.roughness, material.anisotropyB, material.anisotropy );
	#else
		vec3 iblRadiance = getIBLRadiance( geometryViewDir, geometryNormal, material.roughness );
	#endif
	#ifdef USE_RETROREFLECTION
		#ifdef USE_ANISOTROPY
			vec3 retroIBLRadiance = getIBLAnisotropyRetroRadiance( geometryViewDir, geometryNormal, material.roughness, material.anisotropyB, material.anisotropy );
		#else
			vec3 retroIBLRadiance = getIBLRetroRadiance( geometryViewDir, geometryNormal, material.roughness );
		#endif
		iblRadiance = mix( iblRadiance, retroIBLRadiance, saturate( material.retroreflectivity ) );
	#endif
	radiance += iblRadiance;
	#ifdef USE_CLEARCOAT
		clearcoatRadiance += getIBLRadiance( geometryViewDir, geometryClearcoatNormal, material.clearcoatRoughness );
	#endif
#endif`,lights_fragment_end:`#if defined( RE_IndirectDiffuse )
	#if defined( LAMBERT ) || defined( PHONG )
		irradiance += iblIrradiance;
	#endif
	RE_IndirectDiffuse( irradiance, geometryPosition, geometryNormal, geometryViewDir, geometryClearcoatNormal, material, reflectedLight );
#endif
#if defined( RE_IndirectSpecular )
	RE_IndirectSpecular( radiance, iblIrradiance, clearcoatRadiance, geometryPosition, geometryNormal, geometryViewDir, geometryClearcoatNormal, material, reflectedLight );
#endif`,lightprobes_pars_fragment:`#if NUM_LIGHT_PROBE_GRIDS > 0
uniform highp sampler3D probesSH[ NUM_LIGHT_PROBE_GRIDS ];
uniform vec3 probesMin[ NUM_LIGHT_PROBE_GRIDS ];
uniform vec3 probesMax[ NUM_LIGHT_PROBE_GRIDS ];
uniform vec3 probesResolution[ NUM_LIGHT_PROBE_GRIDS ];
bool isInsideLightProbeGrid( vec3 worldPos, vec3 worldNormal, vec3 probesMin, vec3 probesMax, vec3 probesResolution ) {
	vec3 spacing = ( probesMax - probesMin ) / probesResolution;
	vec3 samplePos = worldPos + worldNormal * spacing * 0.5;
	vec3 margin = spacing * 0.01;
	return all( greaterThanEqual( samplePos, probesMin - margin ) ) && all( lessThanEqual( samplePos, probesMax + margin ) );
}
vec3 getLightProbeGridIrradiance( highp sampler3D probesSH, vec3 probesMin, vec3 probesMax, vec3 probesResolution, vec3 worldPos, vec3 worldNormal ) {
	vec3 res = probesResolution;
	vec3 gridRange = probesMax - probesMin;
	vec3 probeSpacing = gridRange / res;
	vec3 samplePos = worldPos + worldNormal * probeSpacing * 0.5;
	vec3 uvw = clamp( ( samplePos - probesMin ) / gridRange, 0.5 / res, 1.0 - 0.5 / res );
	float nz          = res.z;
	float paddedSlices = nz + 2.0;
	float atlasDepth  = 7.0 * paddedSlices;
	float uvZBase     = uvw.z * nz + 1.0;
	vec4 s0 = texture( probesSH, vec3( uvw.xy, ( uvZBase                       ) / atlasDepth ) );
	vec4 s1 = texture( probesSH, vec3( uvw.xy, ( uvZBase +       paddedSlices   ) / atlasDepth ) );
	vec4 s2 = texture( probesSH, vec3( uvw.xy, ( uvZBase + 2.0 * paddedSlices   ) / atlasDepth ) );
	vec4 s3 = texture( probesSH, vec3( uvw.xy, ( uvZBase + 3.0 * paddedSlices   ) / atlasDepth ) );
	vec4 s4 = texture( probesSH, vec3( uvw.xy, ( uvZBase + 4.0 * paddedSlices   ) / atlasDepth ) );
	vec4 s5 = texture( probesSH, vec3( uvw.xy, ( uvZBase + 5.0 * paddedSlices   ) / atlasDepth ) );
	vec4 s6 = texture( probesSH, vec3( uvw.xy, ( uvZBase + 6.0 * paddedSlices   ) / atlasDepth ) );
	vec3 c0 = s0.xyz;
	vec3 c1 = vec3( s0.w, s1.xy );
	vec3 c2 = vec3( s1.zw, s2.x );
	vec3 c3 = s2.yzw;
	vec3 c4 = s3.xyz;
	vec3 c5 = vec3( s3.w, s4.xy );
	vec3 c6 = vec3( s4.zw, s5.x );
	vec3 c7 = s5.yzw;
	vec3 c8 = s6.xyz;
	float x = worldNormal.x, y = worldNormal.y, z = worldNormal.z;
	vec3 result = c0 * 0.886227;
	result += c1 * 2.0 * 0.511664 * y;
	result += c2 * 2.0 * 0.511664 * z;
	result += c3 * 2.0 * 0.511664 * x;
	result += c4 * 2.0 * 0.429043 * x * y;
	result += c5 * 2.0 * 0.429043 * y * z;
	result += c6 * ( 0.743125 * z * z - 0.247708 );
	result += c7 * 2.0 * 0.429043 * x * z;
	result += c8 * 0.429043 * ( x * x - y * y );
	return max( result, vec3( 0.0 ) );
}
#endif`,logdepthbuf_fragment:`#if defined( USE_LOGARITHMIC_DEPTH_BUFFER )
	gl_FragDepth = vIsPerspective == 0.0 ? gl_FragCoord.z : log2( vFragDepth ) * logDepthBufFC * 0.5;
#endif`,logdepthbuf_pars_fragment:`#if defined( USE_LOGARITHMIC_DEPTH_BUFFER )
	uniform float logDepthBufFC;
	varying float vFragDepth;
	varying float vIsPerspective;
#endif`,logdepthbuf_pars_vertex:`#ifdef USE_LOGARITHMIC_DEPTH_BUFFER
	varying float vFragDepth;
	varying float vIsPerspective;
#endif`,logdepthbuf_vertex:`#ifdef USE_LOGARITHMIC_DEPTH_BUFFER
	vFragDepth = 1.0 + gl_Position.w;
	vIsPerspective = float( isPerspectiveMatrix( projectionMatrix ) );
#endif`,map_fragment:`#ifdef USE_MAP
	vec4 sampledDiffuseColor = texture2D( map, vMapUv );
	#ifdef DECODE_VIDEO_TEXTURE
		sampledDiffuseColor = sRGBTransferEOTF( sampledDiffuseColor );
	#endif
	diffuseColor *= sampledDiffuseColor;
#endif`,map_pars_fragment:`#ifdef USE_MAP
	uniform sampler2D map;
#endif`,map_particle_fragment:`#if defined( USE_MAP ) || defined( USE_ALPHAMAP )
	#if defined( USE_POINTS_UV )
		vec2 uv = vUv;
	#else
		vec2 uv = ( uvTransform * vec3( gl_PointCoord.x, 1.0 - gl_PointCoord.y, 1 ) ).xy;
	#endif
#endif
#ifdef USE_MAP
	diffuseColor *= texture2D( map, uv );
#endif
#ifdef USE_ALPHAMAP
	diffuseColor.a *= texture2D( alphaMap, uv ).g;
#endif`,map_particle_pars_fragment:`#if defined( USE_POINTS_UV )
	varying vec2 vUv;
#else
	#if defined( USE_MAP ) || defined( USE_ALPHAMAP )
		uniform mat3 uvTransform;
	#endif
#endif
#ifdef USE_MAP
	uniform sampler2D map;
#endif
#ifdef USE_ALPHAMAP
	uniform sampler2D alphaMap;
#endif`,metalnessmap_fragment:`float metalnessFactor = metalness;
#ifdef USE_METALNESSMAP
	vec4 texelMetalness = texture2D( metalnessMap, vMetalnessMapUv );
	metalnessFactor *= texelMetalness.b;
#endif`,metalnessmap_pars_fragment:`#ifdef USE_METALNESSMAP
	uniform sampler2D metalnessMap;
#endif`,morphinstance_vertex:`#ifdef USE_INSTANCING_MORPH
	float morphTargetInfluences[ MORPHTARGETS_COUNT ];
	float morphTargetBaseInfluence = texelFetch( morphTexture, ivec2( 0, gl_InstanceID ), 0 ).r;
	for ( int i = 0; i < MORPHTARGETS_COUNT; i ++ ) {
		morphTargetInfluences[i] =  texelFetch( morphTexture, ivec2( i + 1, gl_InstanceID ), 0 ).r;
	}
#endif`,morphcolor_vertex:`#if defined( USE_MORPHCOLORS )
	#if defined( USE_COLOR_ALPHA )
		vColor *= morphTargetBaseInfluence;
	#elif defined( USE_COLOR )
		vColor.rgb *= morphTargetBaseInfluence;
	#endif
	for ( int i = 0; i < MORPHTARGETS_COUNT; i ++ ) {
		#if defined( USE_COLOR_ALPHA )
			if ( morphTargetInfluences[ i ] != 0.0 ) vColor += getMorph( gl_VertexID, i, 2 ) * morphTargetInfluences[ i ];
		#elif defined( USE_COLOR )
			if ( morphTargetInfluences[ i ] != 0.0 ) vColor.rgb += getMorph( gl_VertexID, i, 2 ).rgb * morphTargetInfluences[ i ];
		#endif
	}
#endif`,morphnormal_vertex:`#ifdef USE_MORPHNORMALS
	objectNormal *= morphTargetBaseInfluence;
	for ( int i = 0; i < MORPHTARGETS_COUNT; i ++ ) {
		if ( morphTargetInfluences[ i ] != 0.0 ) objectNormal += getMorph( gl_VertexID, i, 1 ).xyz * morphTargetInfluences[ i ];
	}
#endif`,morphtarget_pars_vertex:`#ifdef USE_MORPHTARGETS
	#ifndef USE_INSTANCING_MORPH
		uniform float morphTargetBaseInfluence;
		uniform float morphTargetInfluences[ MORPHTARGETS_COUNT ];
	#endif
	uniform sampler2DArray morphTargetsTexture;
	uniform ivec2 morphTargetsTextureSize;
	vec4 getMorph( const in int vertexIndex, const in int morphTargetIndex, const in int offset ) {
		int texelIndex = vertexIndex * MORPHTARGETS_TEXTURE_STRIDE + offset;
		int y = texelIndex / morphTargetsTextureSize.x;
		int x = texelIndex - y * morphTargetsTextureSize.x;
		ivec3 morphUV = ivec3( x, y, morphTargetIndex );
		return texelFetch( morphTargetsTexture, morphUV, 0 );
	}
#endif`,morphtarget_vertex:`#ifdef USE_MORPHTARGETS
	transformed *= morphTargetBaseInfluence;
	for ( int i = 0; i < MORPHTARGETS_COUNT; i ++ ) {
		if ( morphTargetInfluences[ i ] != 0.0 ) transformed += getMorph( gl_VertexID, i, 0 ).xyz * morphTargetInfluences[ i ];
	}
#endif`,normal_fragment_begin:`float faceDirection = gl_FrontFacing ? 1.0 : - 1.0;
#ifdef FLAT_SHADED
	vec3 fdx = dFdx( vViewPosition );
	vec3 fdy = dFdy( vViewPosition );
	vec3 normal = normalize( cross( fdx, fdy ) );
#else
	vec3 normal = normalize( vNormal );
	#ifdef DOUBLE_SIDED
		normal *= faceDirection;
	#endif
#endif
#if defined( USE_NORMALMAP_TANGENTSPACE ) || defined( USE_CLEARCOAT_NORMALMAP ) || defined( USE_ANISOTROPY )
	#ifdef USE_TANGENT
		mat3 tbn = mat3( normalize( vTangent ), normalize( vBitangent ), normal );
	#else
		mat3 tbn = getTangentFrame( - vViewPosition, normal,
		#if defined( USE_NORMALMAP )
			vNormalMapUv
		#elif defined( USE_CLEARCOAT_NORMALMAP )
			vClearcoatNormalMapUv
		#else
			vUv
		#endif
		);
	#endif
	#ifdef DOUBLE_SIDED
		tbn[0] *= faceDirection;
		tbn[1] *= faceDirection;
	#endif
#endif
#ifdef USE_CLEARCOAT_NORMALMAP
	#ifdef USE_TANGENT
		mat3 tbn2 = mat3( normalize( vTangent ), normalize( vBitangent ), normal );
	#else
		mat3 tbn2 = getTangentFrame( - vViewPosition, normal, vClearcoatNormalMapUv );
	#endif
	#ifdef DOUBLE_SIDED
		tbn2[0] *= faceDirection;
		tbn2[1] *= faceDirection;
	#endif
#endif
vec3 nonPerturbedNormal = normal;`,normal_fragment_maps:`#ifdef USE_NORMALMAP_OBJECTSPACE
	normal = texture2D( normalMap, vNormalMapUv ).xyz * 2.0 - 1.0;
	#ifdef FLIP_SIDED
		normal = - normal;
	#endif
	#ifdef DOUBLE_SIDED
		normal = normal * faceDirection;
	#endif
	normal = normalize( normalMatrix * normal );
#elif defined( USE_NORMALMAP_TANGENTSPACE )
	vec3 mapN = texture2D( normalMap, vNormalMapUv ).xyz * 2.0 - 1.0;
	#if defined( USE_PACKED_NORMALMAP )
		mapN = vec3( mapN.xy, sqrt( saturate( 1.0 - dot( mapN.xy, mapN.xy ) ) ) );
	#endif
	mapN.xy *= normalScale;
	normal = normalize( tbn * mapN );
#elif defined( USE_BUMPMAP )
	normal = perturbNormalArb( - vViewPosition, normal, dHdxy_fwd(), faceDirection );
#endif`,normal_pars_fragment:`#ifndef FLAT_SHADED
	varying vec3 vNormal;
	#ifdef USE_TANGENT
		varying vec3 vTangent;
		varying vec3 vBitangent;
	#endif
#endif`,normal_pars_vertex:`#ifndef FLAT_SHADED
	varying vec3 vNormal;
	#ifdef USE_TANGENT
		varying vec3 vTangent;
		varying vec3 vBitangent;
	#endif
#endif`,normal_vertex:`#ifndef FLAT_SHADED
	vNormal = normalize( transformedNormal );
	#ifdef USE_TANGENT
		vTangent = normalize( transformedTangent );
		vBitangent = normalize( cross( vNormal, vTangent ) * tangent.w );
		#ifdef FLIP_SIDED
			vBitangent = - vBitangent;
		#endif
	#endif
#endif`,normalmap_pars_fragment:`#ifdef USE_NORMALMAP
	uniform sampler2D normalMap;
	uniform vec2 normalScale;
#endif
#ifdef USE_NORMALMAP_OBJECTSPACE
	uniform mat3 normalMatrix;
#endif
#if ! defined ( USE_TANGENT ) && ( defined ( USE_NORMALMAP_TANGENTSPACE ) || defined ( USE_CLEARCOAT_NORMALMAP ) || defined( USE_ANISOTROPY ) )
	mat3 getTangentFrame( vec3 eye_pos, vec3 surf_norm, vec2 uv ) {
		vec3 q0 = dFdx( eye_pos.xyz );
		vec3 q1 = dFdy( eye_pos.xyz );
		vec2 st0 = dFdx( uv.st );
		vec2 st1 = dFdy( uv.st );
		vec3 N = surf_norm;
		vec3 q1perp = cross( q1, N );
		vec3 q0perp = cross( N, q0 );
		vec3 T = q1perp * st0.x + q0perp * st1.x;
		vec3 B = q1perp * st0.y + q0perp * st1.y;
		float det = max( dot( T, T ), dot( B, B ) );
		float scale = ( det == 0.0 ) ? 0.0 : inversesqrt( det );
		return mat3( T * scale, B * scale, N );
	}
#endif`,clearcoat_normal_fragment_begin:`#ifdef USE_CLEARCOAT
	vec3 clearcoatNormal = nonPerturbedNormal;
#endif`,clearcoat_normal_fragment_maps:`#ifdef USE_CLEARCOAT_NORMALMAP
	vec3 clearcoatMapN = texture2D( clearcoatNormalMap, vClearcoatNormalMapUv ).xyz * 2.0 - 1.0;
	clearcoatMapN.xy *= clearcoatNormalScale;
	clearcoatNormal = normalize( tbn2 * clearcoatMapN );
#endif`,clearcoat_pars_fragment:`#ifdef USE_CLEARCOATMAP
	uniform sampler2D clearcoatMap;
#endif
#ifdef USE_CLEARCOAT_NORMALMAP
	uniform sampler2D clearcoatNormalMap;
	uniform vec2 clearcoatNormalScale;
#endif
#ifdef USE_CLEARCOAT_ROUGHNESSMAP
	uniform sampler2D clearcoatRoughnessMap;
#endif`,iridescence_pars_fragment:`#ifdef USE_IRIDESCENCEMAP
	uniform sampler2D iridescenceMap;
#endif
#ifdef USE_IRIDESCENCE_THICKNESSMAP
	uniform sampler2D iridescenceThicknessMap;
#endif`,opaque_fragment:`#ifdef OPAQUE
diffuseColor.a = 1.0;
#endif
#ifdef USE_TRANSMISSION
diffuseColor.a *= material.transmissionAlpha;
#endif
gl_FragColor = vec4( outgoingLight, diffuseColor.a );`,packing:`vec3 packNormalToRGB( const in vec3 normal ) {
	return normalize( normal ) * 0.5 + 0.5;
}
vec3 unpackRGBToNormal( const in vec3 rgb ) {
	return 2.0 * rgb.xyz - 1.0;
}
const float PackUpscale = 256. / 255.;const float UnpackDownscale = 255. / 256.;const float ShiftRight8 = 1. / 256.;
const float Inv255 = 1. / 255.;
const vec4 PackFactors = vec4( 1.0, 256.0, 256.0 * 256.0, 256.0 * 256.0 * 256.0 );
const vec2 UnpackFactors2 = vec2( UnpackDownscale, 1.0 / PackFactors.g );
const vec3 UnpackFactors3 = vec3( UnpackDownscale / PackFactors.rg, 1.0 / PackFactors.b );
const vec4 UnpackFactors4 = vec4( UnpackDownscale / PackFactors.rgb, 1.0 / PackFactors.a );
vec4 packDepthToRGBA( const in float v ) {
	if( v <= 0.0 )
		return vec4( 0., 0., 0., 0. );
	if( v >= 1.0 )
		return vec4( 1., 1., 1., 1. );
	float vuf;
	float af = modf( v * PackFactors.a, vuf );
	float bf = modf( vuf * ShiftRight8, vuf );
	float gf = modf( vuf * ShiftRight8, vuf );
	return vec4( vuf * Inv255, gf * PackUpscale, bf * PackUpscale, af );
}
vec3 packDepthToRGB( const in float v ) {
	if( v <= 0.0 )
		return vec3( 0., 0., 0. );
	if( v >= 1.0 )
		return vec3( 1., 1., 1. );
	float vuf;
	float bf = modf( v * PackFactors.b, vuf );
	float gf = modf( vuf * ShiftRight8, vuf );
	return vec3( vuf * Inv255, gf * PackUpscale, bf );
}
vec2 packDepthToRG( const in float v ) {
	if( v <= 0.0 )
		return vec2( 0., 0. );
	if( v >= 1.0 )
		return vec2( 1., 1. );
	float vuf;
	float gf = modf( v * 256., vuf );
	return vec2( vuf * Inv255, gf );
}
float unpackRGBAToDepth( const in vec4 v ) {
	return dot( v, UnpackFactors4 );
}
float unpackRGBToDepth( const in vec3 v ) {
	return dot( v, UnpackFactors3 );
}
float unpackRGToDepth( const in vec2 v ) {
	return v.r * UnpackFactors2.r + v.g * UnpackFactors2.g;
}
vec4 pack2HalfToRGBA( const in vec2 v ) {
	vec4 r = vec4( v.x, fract( v.x * 255.0 ), v.y, fract( v.y * 255.0 ) );
	return vec4( r.x - r.y / 255.0, r.y, r.z - r.w / 255.0, r.w );
}
vec2 unpackRGBATo2Half( const in vec4 v ) {
	return vec2( v.x + ( v.y / 255.0 ), v.z + ( v.w / 255.0 ) );
}
float viewZToOrthographicDepth( const in float viewZ, const in float near, const in float far ) {
	return ( viewZ + near ) / ( near - far );
}
float orthographicDepthToViewZ( const in float depth, const in float near, const in float far ) {
	#ifdef USE_REVERSED_DEPTH_BUFFER
	
		return depth * ( far - near ) - far;
	#else
		return depth * ( near - far ) - near;
	#endif
}
float viewZToPerspectiveDepth( const in float viewZ, const in float near, const in float far ) {
	return ( ( near + viewZ ) * far ) / ( ( far - near ) * viewZ );
}
float perspectiveDepthToViewZ( const in float depth, const in float near, const in float far ) {
	
	#ifdef USE_REVERSED_DEPTH_BUFFER
		return ( near * far ) / ( ( near - far ) * depth - near );
	#else
		return ( near * far ) / ( ( far - near ) * depth - far );
	#endif
}`,premultiplied_alpha_fragment:`#ifdef PREMULTIPLIED_ALPHA
	gl_FragColor.rgb *= gl_FragColor.a;
#endif`,project_vertex:`vec4 mvPosition = vec4( transformed, 1.0 );
#ifdef USE_BATCHING
	mvPosition = batchingMatrix * mvPosition;
#endif
#ifdef USE_INSTANCING
	mvPosition = instanceMatrix * mvPosition;
#endif
mvPosition = modelViewMatrix * mvPosition;
gl_Position = projectionMatrix * mvPosition;`,dithering_fragment:`#ifdef DITHERING
	gl_FragColor.rgb = dithering( gl_FragColor.rgb );
#endif`,dithering_pars_fragment:`#ifdef DITHERING
	vec3 dithering( vec3 color ) {
		float grid_position = rand( gl_FragCoord.xy );
		vec3 dither_shift_RGB = vec3( 0.25 / 255.0, -0.25 / 255.0, 0.25 / 255.0 );
		dither_shift_RGB = mix( 2.0 * dither_shift_RGB, -2.0 * dither_shift_RGB, grid_position );
		return color + dither_shift_RGB;
	}
#endif`,roughnessmap_fragment:`float roughnessFactor = roughness;
#ifdef USE_ROUGHNESSMAP
	vec4 texelRoughness = texture2D( roughnessMap, vRoughnessMapUv );
	roughnessFactor *= texelRoughness.g;
#endif`,roughnessmap_pars_fragment:`#ifdef USE_ROUGHNESSMAP
	uniform sampler2D roughnessMap;
#endif`,shadowmap_pars_fragment:`#if NUM_SPOT_LIGHT_COORDS > 0
	varying vec4 vSpotLightCoord[ NUM_SPOT_LIGHT_COORDS ];
#endif
#if NUM_SPOT_LIGHT_MAPS > 0
	uniform sampler2D spotLightMap[ NUM_SPOT_LIGHT_MAPS ];
#endif
#ifdef USE_SHADOWMAP
	#if NUM_SUN_LIGHT_SHADOWS > 0
		#define SUN_LIGHT_CASCADES 2
		#if defined( SHADOWMAP_TYPE_PCF )
			uniform sampler2DShadow sunShadowMap[ NUM_SUN_LIGHT_SHADOWS ];
		#else
			uniform sampler2D sunShadowMap[ NUM_SUN_LIGHT_SHADOWS ];
		#endif
		uniform mat4 sunShadowMatrix[ NUM_SUN_LIGHT_SHADOWS * SUN_LIGHT_CASCADES ];
		uniform vec4 sunShadowCascade[ NUM_SUN_LIGHT_SHADOWS * SUN_LIGHT_CASCADES ];
		varying vec4 vSunShadowWorldPosition;
		varying vec3 vSunShadowWorldNormal;
		struct SunLightShadow {
			float shadowIntensity;
			float shadowBias;
			float shadowNormalBias;
			float shadowRadius;
			vec2 shadowMapSize;
		};
		uniform SunLightShadow sunLightShadows[ NUM_SUN_LIGHT_SHADOWS ];
	#endif
	#if NUM_DIR_LIGHT_SHADOWS > 0
		#if defined( SHADOWMAP_TYPE_PCF )
			uniform sampler2DShadow directionalShadowMap[ NUM_DIR_LIGHT_SHADOWS ];
		#else
			uniform sampler2D directionalShadowMap[ NUM_DIR_LIGHT_SHADOWS ];
		#endif
		varying vec4 vDirectionalShadowCoord[ NUM_DIR_LIGHT_SHADOWS ];
		struct DirectionalLightShadow {
			float shadowIntensity;
			float shadowBias;
			float shadowNormalBias;
			float shadowRadius;
			vec2 shadowMapSize;
		};
		uniform DirectionalLightShadow directionalLightShadows[ NUM_DIR_LIGHT_SHADOWS ];
	#endif
	#if NUM_SPOT_LIGHT_SHADOWS > 0
		#if defined( SHADOWMAP_TYPE_PCF )
			uniform sampler2DShadow spotShadowMap[ NUM_SPOT_LIGHT_SHADOWS ];
		#else
			uniform sampler2D spotShadowMap[ NUM_SPOT_LIGHT_SHADOWS ];
		#endif
		struct SpotLightShadow {
			float shadowIntensity;
			float shadowBias;
			float shadowNormalBias;
			float shadowRadius;
			vec2 shadowMapSize;
		};
		uniform SpotLightShadow spotLightShadows[ NUM_SPOT_LIGHT_SHADOWS ];
	#endif
	#if NUM_POINT_LIGHT_SHADOWS > 0
		#if defined( SHADOWMAP_TYPE_PCF )
			uniform samplerCubeShadow pointShadowMap[ NUM_POINT_LIGHT_SHADOWS ];
		#elif defined( SHADOWMAP_TYPE_BASIC )
			uniform samplerCube pointShadowMap[ NUM_POINT_LIGHT_SHADOWS ];
		#endif
		varying vec4 vPointShadowCoord[ NUM_POINT_LIGHT_SHADOWS ];
		struct PointLightShadow {
			float shadowIntensity;
			float shadowBias;
			float shadowNormalBias;
			float shadowRadius;
			vec2 shadowMapSize;
			float shadowCameraNear;
			float shadowCameraFar;
		};
		uniform PointLightShadow pointLightShadows[ NUM_POINT_LIGHT_SHADOWS ];
	#endif
	#if defined( SHADOWMAP_TYPE_PCF )
		float interleavedGradientNoise( vec2 position ) {
			return fract( 52.9829189 * fract( dot( position, vec2( 0.06711056, 0.00583715 ) ) ) );
		}
		vec2 vogelDiskSample( int sampleIndex, int samplesCount, float phi ) {
			const float goldenAngle = 2.399963229728653;
			float r = sqrt( ( float( sampleIndex ) + 0.5 ) / float( samplesCount ) );
			float theta = float( sampleIndex ) * goldenAngle + phi;
			return vec2( cos( theta ), sin( theta ) ) * r;
		}
	#endif
	#if defined( SHADOWMAP_TYPE_PCF )
		float getShadow( sampler2DShadow shadowMap, vec2 shadowMapSize, float shadowIntensity, float shadowBias, float shadowRadius, vec4 shadowCoord ) {
			float shadow = 1.0;
			shadowCoord.xyz /= shadowCoord.w;
			#ifdef USE_REVERSED_DEPTH_BUFFER
				shadowCoord.z -= shadowBias;
			#else
				shadowCoord.z += shadowBias;
			#endif
			bool inFrustum = shadowCoord.x >= 0.0 && shadowCoord.x <= 1.0 && shadowCoord.y >= 0.0 && shadowCoord.y <= 1.0;
			bool frustumTest = inFrustum && shadowCoord.z <= 1.0;
			if ( frustumTest ) {
				vec2 texelSize = vec2( 1.0 ) / shadowMapSize;
				vec2 radius = shadowRadius * texelSize;
				float phi = interleavedGradientNoise( gl_FragCoord.xy ) * PI2;
				shadow = (
					texture( shadowMap, vec3( shadowCoord.xy + vogelDiskSample( 0, 5, phi ) * radius, shadowCoord.z ) ) +
					texture( shadowMap, vec3( shadowCoord.xy + vogelDiskSample( 1, 5, phi ) * radius, shadowCoord.z ) ) +
					texture( shadowMap, vec3( shadowCoord.xy + vogelDiskSample( 2, 5, phi ) * radius, shadowCoord.z ) ) +
					texture( shadowMap, vec3( shadowCoord.xy + vogelDiskSample( 3, 5, phi ) * radius, shadowCoord.z ) ) +
					texture( shadowMap, vec3( shadowCoord.xy + vogelDiskSample( 4, 5, phi ) * radius, shadowCoord.z ) )
				) * 0.2;
			}
			return mix( 1.0, shadow, shadowIntensity );
		}
	#elif defined( SHADOWMAP_TYPE_VSM )
		float getShadow( sampler2D shadowMap, vec2 shadowMapSize, float shadowIntensity, float shadowBias, float shadowRadius, vec4 shadowCoord ) {
			float shadow = 1.0;
			shadowCoord.xyz /= shadowCoord.w;
			#ifdef USE_REVERSED_DEPTH_BUFFER
				shadowCoord.z -= shadowBias;
			#else
				shadowCoord.z += shadowBias;
			#endif
			bool inFrustum = shadowCoord.x >= 0.0 && shadowCoord.x <= 1.0 && shadowCoord.y >= 0.0 && shadowCoord.y <= 1.0;
			bool frustumTest = inFrustum && shadowCoord.z <= 1.0;
			if ( frustumTest ) {
				vec2 distribution = texture2D( shadowMap, shadowCoord.xy ).rg;
				float mean = distribution.x;
				float variance = distribution.y * distribution.y;
				#ifdef USE_REVERSED_DEPTH_BUFFER
					float hard_shadow = step( mean, shadowCoord.z );
				#else
					float hard_shadow = step( shadowCoord.z, mean );
				#endif
				
				if ( hard_shadow == 1.0 ) {
					shadow = 1.0;
				} else {
					variance = max( variance, 0.0000001 );
					float d = shadowCoord.z - mean;
					float p_max = variance / ( variance + d * d );
					p_max = clamp( ( p_max - 0.3 ) / 0.65, 0.0, 1.0 );
					shadow = max( hard_shadow, p_max );
				}
			}
			return mix( 1.0, shadow, shadowIntensity );
		}
	#else
		float getShadow( sampler2D shadowMap, vec2 shadowMapSize, float shadowIntensity, float shadowBias, float shadowRadius, vec4 shadowCoord ) {
			float shadow = 1.0;
			shadowCoord.xyz /= shadowCoord.w;
			#ifdef USE_REVERSED_DEPTH_BUFFER
				shadowCoord.z -= shadowBias;
			#else
				shadowCoord.z += shadowBias;
			#endif
			bool inFrustum = shadowCoord.x >= 0.0 && shadowCoord.x <= 1.0 && shadowCoord.y >= 0.0 && shadowCoord.y <= 1.0;
			bool frustumTest = inFrustum && shadowCoord.z <= 1.0;
			if ( frustumTest ) {
				float depth = texture2D( shadowMap, shadowCoord.xy ).r;
				#ifdef USE_REVERSED_DEPTH_BUFFER
					shadow = step( depth, shadowCoord.z );
				#else
					shadow = step( shadowCoord.z, depth );
				#endif
			}
			return mix( 1.0, shadow, shadowIntensity );
		}
	#endif
	#if NUM_SUN_LIGHT_SHADOWS > 0
		float getSunShadow(
			#if defined( SHADOWMAP_TYPE_PCF )
				sampler2DShadow shadowMap,
			#else
				sampler2D shadowMap,
			#endif
			SunLightShadow sunLightShadow,
			int shadowIndex
		) {
			vec4 shadowWorldPosition = vec4( vSunShadowWorldPosition.xyz + vSunShadowWorldNormal * sunLightShadow.shadowNormalBias, 1.0 );
			float viewDepth = vSunShadowWorldPosition.w;
			int cascadeOffset = shadowIndex * SUN_LIGHT_CASCADES;
			float shadow = 1.0;
			for ( int i = SUN_LIGHT_CASCADES - 1; i >= 0; i -- ) {
				vec4 cascade = sunShadowCascade[ cascadeOffset + i ];
				if ( viewDepth >= cascade.x && viewDepth < cascade.y ) {
					float cascadeShadow = getShadow(
						shadowMap,
						sunLightShadow.shadowMapSize,
						sunLightShadow.shadowIntensity,
						sunLightShadow.shadowBias,
						sunLightShadow.shadowRadius,
						sunShadowMatrix[ cascadeOffset + i ] * shadowWorldPosition
					);
					shadow = mix( cascadeShadow, shadow, smoothstep( cascade.z, cascade.y, viewDepth ) );
				}
			}
			return shadow;
		}
	#endif
	#if NUM_POINT_LIGHT_SHADOWS > 0
	#if defined( SHADOWMAP_TYPE_PCF )
	float getPointShadow( samplerCubeShadow shadowMap, vec2 shadowMapSize, float shadowIntensity, float shadowBias, float shadowRadius, vec4 shadowCoord, float shadowCameraNear, float shadowCameraFar ) {
		float shadow = 1.0;
		vec3 lightToPosition = shadowCoord.xyz;
		vec3 bd3D = normalize( lightToPosition );
		vec3 absVec = abs( lightToPosition );
		float viewSpaceZ = max( max( absVec.x, absVec.y ), absVec.z );
		if ( viewSpaceZ - shadowCameraFar <= 0.0 && viewSpaceZ - shadowCameraNear >= 0.0 ) {
			float lightDistance = length( lightToPosition );
			float depthRange = shadowCameraFar - shadowCameraNear;
			#ifdef USE_REVERSED_DEPTH_BUFFER
				float depthA = - shadowCameraNear / depthRange - shadowBias;
				float depthB = shadowCameraNear * shadowCameraFar / ( depthRange * lightDistance );
			#else
				float depthA = shadowCameraFar / depthRange + shadowBias;
				float depthB = - shadowCameraNear * shadowCameraFar / ( depthRange * lightDistance );
			#endif
			float texelSize = shadowRadius / shadowMapSize.x;
			vec3 absDir = abs( bd3D );
			vec3 tangent = absDir.x > absDir.z ? vec3( 0.0, 1.0, 0.0 ) : vec3( 1.0, 0.0, 0.0 );
			tangent = normalize( cross( bd3D, tangent ) );
			vec3 bitangent = cross( bd3D, tangent );
			float phi = interleavedGradientNoise( gl_FragCoord.xy ) * PI2;
			shadow = 0.0;
			for ( int i = 0; i < 5; i ++ ) {
				vec2 offset = vogelDiskSample( i, 5, phi );
				vec3 direction = bd3D + ( tangent * offset.x + bitangent * offset.y ) * texelSize;
				vec3 absDirection = abs( direction );
				float dp = depthA + depthB / max( max( absDirection.x, absDirection.y ), absDirection.z );
				shadow += texture( shadowMap, vec4( direction, dp ) );
			}
			shadow *= 0.2;
		}
		return mix( 1.0, shadow, shadowIntensity );
	}
	#elif defined( SHADOWMAP_TYPE_BASIC )
	float getPointShadow( samplerCube shadowMap, vec2 shadowMapSize, float shadowIntensity, float shadowBias, float shadowRadius, vec4 shadowCoord, float shadowCameraNear, float shadowCameraFar ) {
		float shadow = 1.0;
		vec3 lightToPosition = shadowCoord.xyz;
		vec3 absVec = abs( lightToPosition );
		float viewSpaceZ = max( max( absVec.x, absVec.y ), absVec.z );
		if ( viewSpaceZ - shadowCameraFar <= 0.0 && viewSpaceZ - shadowCameraNear >= 0.0 ) {
			float dp = ( shadowCameraFar * ( viewSpaceZ - shadowCameraNear ) ) / ( viewSpaceZ * ( shadowCameraFar - shadowCameraNear ) );
			dp += shadowBias;
			vec3 bd3D = normalize( lightToPosition );
			float depth = textureCube( shadowMap, bd3D ).r;
			#ifdef USE_REVERSED_DEPTH_BUFFER
				depth = 1.0 - depth;
			#endif
			shadow = step( dp, depth );
		}
		return mix( 1.0, shadow, shadowIntensity );
	}
	#endif
	#endif
#endif`,shadowmap_pars_vertex:`#if NUM_SPOT_LIGHT_COORDS > 0
	uniform mat4 spotLightMatrix[ NUM_SPOT_LIGHT_COORDS ];
	varying vec4 vSpotLightCoord[ NUM_SPOT_LIGHT_COORDS ];
#endif
#ifdef USE_SHADOWMAP
	#if NUM_SUN_LIGHT_SHADOWS > 0
		varying vec4 vSunShadowWorldPosition;
		varying vec3 vSunShadowWorldNormal;
	#endif
	#if NUM_DIR_LIGHT_SHADOWS > 0
		uniform mat4 directionalShadowMatrix[ NUM_DIR_LIGHT_SHADOWS ];
		varying vec4 vDirectionalShadowCoord[ NUM_DIR_LIGHT_SHADOWS ];
		struct DirectionalLightShadow {
			float shadowIntensity;
			float shadowBias;
			float shadowNormalBias;
			float shadowRadius;
			vec2 shadowMapSize;
		};
		uniform DirectionalLightShadow directionalLightShadows[ NUM_DIR_LIGHT_SHADOWS ];
	#endif
	#if NUM_SPOT_LIGHT_SHADOWS > 0
		struct SpotLightShadow {
			float shadowIntensity;
			float shadowBias;
			float shadowNormalBias;
			float shadowRadius;
			vec2 shadowMapSize;
		};
		uniform SpotLightShadow spotLightShadows[ NUM_SPOT_LIGHT_SHADOWS ];
	#endif
	#if NUM_POINT_LIGHT_SHADOWS > 0
		uniform mat4 pointShadowMatrix[ NUM_POINT_LIGHT_SHADOWS ];
		varying vec4 vPointShadowCoord[ NUM_POINT_LIGHT_SHADOWS ];
		struct PointLightShadow {
			float shadowIntensity;
			float shadowBias;
			float shadowNormalBias;
			float shadowRadius;
			vec2 shadowMapSize;
			float shadowCameraNear;
			float shadowCameraFar;
		};
		uniform PointLightShadow pointLightShadows[ NUM_POINT_LIGHT_SHADOWS ];
	#endif
#endif`,shadowmap_vertex:`#if ( defined( USE_SHADOWMAP ) && ( NUM_DIR_LIGHT_SHADOWS > 0 || NUM_SUN_LIGHT_SHADOWS > 0 || NUM_POINT_LIGHT_SHADOWS > 0 ) ) || ( NUM_SPOT_LIGHT_COORDS > 0 )
	#ifdef HAS_NORMAL
		vec3 shadowWorldNormal = transformNormalByInverseViewMatrix( transformedNormal, viewMatrix );
	#else
		vec3 shadowWorldNormal = vec3( 0.0 );
	#endif
	vec4 shadowWorldPosition;
#endif
#if defined( USE_SHADOWMAP )
	#if NUM_SUN_LIGHT_SHADOWS > 0
		vSunShadowWorldPosition = vec4( worldPosition.xyz, - mvPosition.z );
		vSunShadowWorldNormal = shadowWorldNormal;
	#endif
	#if NUM_DIR_LIGHT_SHADOWS > 0
		#pragma unroll_loop_start
		for ( int i = 0; i < NUM_DIR_LIGHT_SHADOWS; i ++ ) {
			shadowWorldPosition = worldPosition + vec4( shadowWorldNormal * directionalLightShadows[ i ].shadowNormalBias, 0 );
			vDirectionalShadowCoord[ i ] = directionalShadowMatrix[ i ] * shadowWorldPosition;
		}
		#pragma unroll_loop_end
	#endif
	#if NUM_POINT_LIGHT_SHADOWS > 0
		#pragma unroll_loop_start
		for ( int i = 0; i < NUM_POINT_LIGHT_SHADOWS; i ++ ) {
			shadowWorldPosition = worldPosition + vec4( shadowWorldNormal * pointLightShadows[ i ].shadowNormalBias, 0 );
			vPointShadowCoord[ i ] = pointShadowMatrix[ i ] * shadowWorldPosition;
		}
		#pragma unroll_loop_end
	#endif
#endif
#if NUM_SPOT_LIGHT_COORDS > 0
	#pragma unroll_loop_start
	for ( int i = 0; i < NUM_SPOT_LIGHT_COORDS; i ++ ) {
		shadowWorldPosition = worldPosition;
		#if ( defined( USE_SHADOWMAP ) && UNROLLED_LOOP_INDEX < NUM_SPOT_LIGHT_SHADOWS )
			shadowWorldPosition.xyz += shadowWorldNormal * spotLightShadows[ i ].shadowNormalBias;
		#endif
		vSpotLightCoord[ i ] = spotLightMatrix[ i ] * shadowWorldPosition;
	}
	#pragma unroll_loop_end
#endif`,shadowmask_pars_fragment:`float getShadowMask() {
	float shadow = 1.0;
	#ifdef USE_SHADOWMAP
	#if NUM_SUN_LIGHT_SHADOWS > 0
	SunLightShadow sunLight;
	#pragma unroll_loop_start
	for ( int i = 0; i < NUM_SUN_LIGHT_SHADOWS; i ++ ) {
		sunLight = sunLightShadows[ i ];
		shadow *= receiveShadow ? getSunShadow( sunShadowMap[ i ], sunLight, UNROLLED_LOOP_INDEX ) : 1.0;
	}
	#pragma unroll_loop_end
	#endif
	#if NUM_DIR_LIGHT_SHADOWS > 0
	DirectionalLightShadow directionalLight;
	#pragma unroll_loop_start
	for ( int i = 0; i < NUM_DIR_LIGHT_SHADOWS; i ++ ) {
		directionalLight = directionalLightShadows[ i ];
		shadow *= receiveShadow ? getShadow( directionalShadowMap[ i ], directionalLight.shadowMapSize, directionalLight.shadowIntensity, directionalLight.shadowBias, directionalLight.shadowRadius, vDirectionalShadowCoord[ i ] ) : 1.0;
	}
	#pragma unroll_loop_end
	#endif
	#if NUM_SPOT_LIGHT_SHADOWS > 0
	SpotLightShadow spotLight;
	#pragma unroll_loop_start
	for ( int i = 0; i < NUM_SPOT_LIGHT_SHADOWS; i ++ ) {
		spotLight = spotLightShadows[ i ];
		shadow *= receiveShadow ? getShadow( spotShadowMap[ i ], spotLight.shadowMapSize, spotLight.shadowIntensity, spotLight.shadowBias, spotLight.shadowRadius, vSpotLightCoord[ i ] ) : 1.0;
	}
	#pragma unroll_loop_end
	#endif
	#if NUM_POINT_LIGHT_SHADOWS > 0 && ( defined( SHADOWMAP_TYPE_PCF ) || defined( SHADOWMAP_TYPE_BASIC ) )
	PointLightShadow pointLight;
	#pragma unroll_loop_start
	for ( int i = 0; i < NUM_POINT_LIGHT_SHADOWS; i ++ ) {
		pointLight = pointLightShadows[ i ];
		shadow *= receiveShadow ? getPointShadow( pointShadowMap[ i ], pointLight.shadowMapSize, pointLight.shadowIntensity, pointLight.shadowBias, pointLight.shadowRadius, vPointShadowCoord[ i ], pointLight.shadowCameraNear, pointLight.shadowCameraFar ) : 1.0;
	}
	#pragma unroll_loop_end
	#endif
	#endif
	return shadow;
}`,skinbase_vertex:`#ifdef USE_SKINNING
	mat4 boneMatX = getBoneMatrix( skinIndex.x );
	mat4 boneMatY = getBoneMatrix( skinIndex.y );
	mat4 boneMatZ = getBoneMatrix( skinIndex.z );
	mat4 boneMatW = getBoneMatrix( skinIndex.w );
#endif`,skinning_pars_vertex:`#ifdef USE_SKINNING
	uniform mat4 bindMatrix;
	uniform mat4 bindMatrixInverse;
	uniform highp sampler2D boneTexture;
	mat4 getBoneMatrix( const in float i ) {
		int size = textureSize( boneTexture, 0 ).x;
		int j = int( i ) * 4;
		int x = j % size;
		int y = j / size;
		vec4 v1 = texelFetch( boneTexture, ivec2( x, y ), 0 );
		vec4 v2 = texelFetch( boneTexture, ivec2( x + 1, y ), 0 );
		vec4 v3 = texelFetch( boneTexture, ivec2( x + 2, y ), 0 );
		vec4 v4 = texelFetch( boneTexture, ivec2( x + 3, y ), 0 );
		return mat4( v1, v2, v3, v4 );
	}
#endif`,skinning_vertex:`#ifdef USE_SKINNING
	vec4 skinVertex = bindMatrix * vec4( transformed, 1.0 );
	vec4 skinned = vec4( 0.0 );
	skinned += boneMatX * skinVertex * skinWeight.x;
	skinned += boneMatY * skinVertex * skinWeight.y;
	skinned += boneMatZ * skinVertex * skinWeight.z;
	skinned += boneMatW * skinVertex * skinWeight.w;
	transformed = ( bindMatrixInverse * skinned ).xyz;
#endif`,skinnormal_vertex:`#ifdef USE_SKINNING
	mat4 skinMatrix = mat4( 0.0 );
	skinMatrix += skinWeight.x * boneMatX;
	skinMatrix += skinWeight.y * boneMatY;
	skinMatrix += skinWeight.z * boneMatZ;
	skinMatrix += skinWeight.w * boneMatW;
	skinMatrix = bindMatrixInverse * skinMatrix * bindMatrix;
	objectNormal = vec4( skinMatrix * vec4( objectNormal, 0.0 ) ).xyz;
	#ifdef USE_TANGENT
		objectTangent = vec4( skinMatrix * vec4( objectTangent, 0.0 ) ).xyz;
	#endif
#endif`,specularmap_fragment:`float specularStrength;
#ifdef USE_SPECULARMAP
	vec4 texelSpecular = texture2D( specularMap, vSpecularMapUv );
	specularStrength = texelSpecular.r;
#else
	specularStrength = 1.0;
#endif`,specularmap_pars_fragment:`#ifdef USE_SPECULARMAP
	uniform sampler2D specularMap;
#endif`,tonemapping_fragment:`#if defined( TONE_MAPPING )
	gl_FragColor.rgb = toneMapping( gl_FragColor.rgb );
#endif`,tonemapping_pars_fragment:`#ifndef saturate
#define saturate( a ) clamp( a, 0.0, 1.0 )
#endif
uniform float toneMappingExposure;
vec3 LinearToneMapping( vec3 color ) {
	return saturate( toneMappingExposure * color );
}
vec3 ReinhardToneMapping( vec3 color ) {
	color *= toneMappingExposure;
	return saturate( color / ( vec3( 1.0 ) + color ) );
}
vec3 CineonToneMapping( vec3 color ) {
	color *= toneMappingExposure;
	color = max( vec3( 0.0 ), color - 0.004 );
	return pow( ( color * ( 6.2 * color + 0.5 ) ) / ( color * ( 6.2 * color + 1.7 ) + 0.06 ), vec3( 2.2 ) );
}
vec3 RRTAndODTFit( vec3 v ) {
	vec3 a = v * ( v + 0.0245786 ) - 0.000090537;
	vec3 b = v * ( 0.983729 * v + 0.4329510 ) + 0.238081;
	return a / b;
}
vec3 ACESFilmicToneMapping( vec3 color ) {
	const mat3 ACESInputMat = mat3(
		vec3( 0.59719, 0.07600, 0.02840 ),		vec3( 0.35458, 0.90834, 0.13383 ),
		vec3( 0.04823, 0.01566, 0.83777 )
	);
	const mat3 ACESOutputMat = mat3(
		vec3(  1.60475, -0.10208, -0.00327 ),		vec3( -0.53108,  1.10813, -0.07276 ),
		vec3( -0.07367, -0.00605,  1.07602 )
	);
	color *= toneMappingExposure / 0.6;
	color = ACESInputMat * color;
	color = RRTAndODTFit( color );
	color = ACESOutputMat * color;
	return saturate( color );
}
const mat3 LINEAR_REC2020_TO_LINEAR_SRGB = mat3(
	vec3( 1.6605, - 0.1246, - 0.0182 ),
	vec3( - 0.5876, 1.1329, - 0.1006 ),
	vec3( - 0.0728, - 0.0083, 1.1187 )
);
const mat3 LINEAR_SRGB_TO_LINEAR_REC2020 = mat3(
	vec3( 0.6274, 0.0691, 0.0164 ),
	vec3( 0.3293, 0.9195, 0.0880 ),
	vec3( 0.0433, 0.0113, 0.8956 )
);
vec3 agxDefaultContrastApprox( vec3 x ) {
	vec3 x2 = x * x;
	vec3 x4 = x2 * x2;
	return + 15.5 * x4 * x2
		- 40.14 * x4 * x
		+ 31.96 * x4
		- 6.868 * x2 * x
		+ 0.4298 * x2
		+ 0.1191 * x
		- 0.00232;
}
vec3 AgXToneMapping( vec3 color ) {
	const mat3 AgXInsetMatrix = mat3(
		vec3( 0.856627153315983, 0.137318972929847, 0.11189821299995 ),
		vec3( 0.0951212405381588, 0.761241990602591, 0.0767994186031903 ),
		vec3( 0.0482516061458583, 0.101439036467562, 0.811302368396859 )
	);
	const mat3 AgXOutsetMatrix = mat3(
		vec3( 1.1271005818144368, - 0.1413297634984383, - 0.14132976349843826 ),
		vec3( - 0.11060664309660323, 1.157823702216272, - 0.11060664309660294 ),
		vec3( - 0.016493938717834573, - 0.016493938717834257, 1.2519364065950405 )
	);
	const float AgxMinEv = - 12.47393;	const float AgxMaxEv = 4.026069;
	color *= toneMappingExposure;
	color = LINEAR_SRGB_TO_LINEAR_REC2020 * color;
	color = AgXInsetMatrix * color;
	color = max( color, 1e-10 );	color = log2( color );
	color = ( color - AgxMinEv ) / ( AgxMaxEv - AgxMinEv );
	color = clamp( color, 0.0, 1.0 );
	color = agxDefaultContrastApprox( color );
	color = AgXOutsetMatrix * color;
	color = pow( max( vec3( 0.0 ), color ), vec3( 2.2 ) );
	color = LINEAR_REC2020_TO_LINEAR_SRGB * color;
	color = clamp( color, 0.0, 1.0 );
	return color;
}
vec3 NeutralToneMapping( vec3 color ) {
	const float StartCompression = 0.8 - 0.04;
	const float Desaturation = 0.15;
	color *= toneMappingExposure;
	float x = min( color.r, min( color.g, color.b ) );
	float offset = x < 0.08 ? x - 6.25 * x * x : 0.04;
	color -= offset;
	float peak = max( color.r, max( color.g, color.b ) );
	if ( peak < StartCompression ) return color;
	float d = 1. - StartCompression;
	float newPeak = 1. - d * d / ( peak + d - StartCompression );
	color *= newPeak / peak;
	float g = 1. - 1. / ( Desaturation * ( peak - newPeak ) + 1. );
	return mix( color, vec3( newPeak ), g );
}
vec3 CustomToneMapping( vec3 color ) { return color; }`,transmission_fragment:`#ifdef USE_TRANSMISSION
	material.transmission = transmission;
	material.transmissionAlpha = 1.0;
	material.thickness = thickness;
	material.attenuationDistance = attenuationDistance;
	material.attenuationColor = attenuationColor;
	#ifdef USE_TRANSMISSIONMAP
		material.transmission *= texture2D( transmissionMap, vTransmissionMapUv ).r;
	#endif
	#ifdef USE_THICKNESSMAP
		material.thickness *= texture2D( thicknessMap, vThicknessMapUv ).g;
	#endif
	vec3 pos = vWorldPosition;
	vec3 v = normalize( cameraPosition - pos );
	vec3 n = transformNormalByInverseViewMatrix( normal, viewMatrix );
	vec4 transmitted = getIBLVolumeRefraction(
		n, v, material.roughness, material.diffuseContribution, material.specularColorBlended, material.specularF90,
		pos, modelMatrix, viewMatrix, projectionMatrix, material.dispersion, material.ior, material.thickness,
		material.attenuationColor, material.attenuationDistance );
	material.transmissionAlpha = mix( material.transmissionAlpha, transmitted.a, material.transmission );
	totalDiffuse = mix( totalDiffuse, transmitted.rgb, material.transmission );
#endif`,transmission_pars_fragment:`#ifdef USE_TRANSMISSION
	uniform float transmission;
	uniform float thickness;
	uniform float attenuationDistance;
	uniform vec3 attenuationColor;
	#ifdef USE_TRANSMISSIONMAP
		uniform sampler2D transmissionMap;
	#endif
	#ifdef USE_THICKNESSMAP
		uniform sampler2D thicknessMap;
	#endif
	uniform vec2 transmissionSamplerSize;
	uniform sampler2D transmissionSamplerMap;
	uniform mat4 modelMatrix;
	uniform mat4 projectionMatrix;
	varying vec3 vWorldPosition;
	float w0( float a ) {
		return ( 1.0 / 6.0 ) * ( a * ( a * ( - a + 3.0 ) - 3.0 ) + 1.0 );
	}
	float w1( float a ) {
		return ( 1.0 / 6.0 ) * ( a *  a * ( 3.0 * a - 6.0 ) + 4.0 );
	}
	float w2( float a ){
		return ( 1.0 / 6.0 ) * ( a * ( a * ( - 3.0 * a + 3.0 ) + 3.0 ) + 1.0 );
	}
	float w3( float a ) {
		return ( 1.0 / 6.0 ) * ( a * a * a );
	}
	float g0( float a ) {
		return w0( a ) + w1( a );
	}
	float g1( float a ) {
		return w2( a ) + w3( a );
	}
	float h0( float a ) {
		return - 1.0 + w1( a ) / ( w0( a ) + w1( a ) );
	}
	float h1( float a ) {
		return 1.0 + w3( a ) / ( w2( a ) + w3( a ) );
	}
	vec4 bicubic( sampler2D tex, vec2 uv, vec4 texelSize, float lod ) {
		uv = uv * texelSize.zw + 0.5;
		vec2 iuv = floor( uv );
		vec2 fuv = fract( uv );
		float g0x = g0( fuv.x );
		float g1x = g1( fuv.x );
		float h0x = h0( fuv.x );
		float h1x = h1( fuv.x );
		float h0y = h0( fuv.y );
		float h1y = h1( fuv.y );
		vec2 p0 = ( vec2( iuv.x + h0x, iuv.y + h0y ) - 0.5 ) * texelSize.xy;
		vec2 p1 = ( vec2( iuv.x + h1x, iuv.y + h0y ) - 0.5 ) * texelSize.xy;
		vec2 p2 = ( vec2( iuv.x + h0x, iuv.y + h1y ) - 0.5 ) * texelSize.xy;
		vec2 p3 = ( vec2( iuv.x + h1x, iuv.y + h1y ) - 0.5 ) * texelSize.xy;
		return g0( fuv.y ) * ( g0x * textureLod( tex, p0, lod ) + g1x * textureLod( tex, p1, lod ) ) +
			g1( fuv.y ) * ( g0x * textureLod( tex, p2, lod ) + g1x * textureLod( tex, p3, lod ) );
	}
	vec4 textureBicubic( sampler2D sampler, vec2 uv, float lod ) {
		vec2 fLodSize = vec2( textureSize( sampler, int( lod ) ) );
		vec2 cLodSize = vec2( textureSize( sampler, int( lod + 1.0 ) ) );
		vec2 fLodSizeInv = 1.0 / fLodSize;
		vec2 cLodSizeInv = 1.0 / cLodSize;
		vec4 fSample = bicubic( sampler, uv, vec4( fLodSizeInv, fLodSize ), floor( lod ) );
		vec4 cSample = bicubic( sampler, uv, vec4( cLodSizeInv, cLodSize ), ceil( lod ) );
		return mix( fSample, cSample, fract( lod ) );
	}
	vec3 getVolumeTransmissionRay( const in vec3 n, const in vec3 v, const in float thickness, const in float ior, const in mat4 modelMatrix ) {
		vec3 refractionVector = refract( - v, normalize( n ), 1.0 / ior );
		vec3 modelScale;
		modelScale.x = length( vec3( modelMatrix[ 0 ].xyz ) );
		modelScale.y = length( vec3( modelMatrix[ 1 ].xyz ) );
		modelScale.z = length( vec3( modelMatrix[ 2 ].xyz ) );
		return normalize( refractionVector ) * thickness * modelScale;
	}
	float applyIorToRoughness( const in float roughness, const in float ior ) {
		return roughness * clamp( ior * 2.0 - 2.0, 0.0, 1.0 );
	}
	vec4 getTransmissionSample( const in vec2 fragCoord, const in float roughness, const in float ior ) {
		float lod = log2( transmissionSamplerSize.x ) * applyIorToRoughness( roughness, ior );
		return textureBicubic( transmissionSamplerMap, fragCoord.xy, lod );
	}
	vec3 volumeAttenuation( const in float transmissionDistance, const in vec3 attenuationColor, const in float attenuationDistance ) {
		if ( isinf( attenuationDistance ) ) {
			return vec3( 1.0 );
		} else {
			vec3 attenuationCoefficient = -log( attenuationColor ) / attenuationDistance;
			vec3 transmittance = exp( - attenuationCoefficient * transmissionDistance );			return transmittance;
		}
	}
	vec4 getIBLVolumeRefraction( const in vec3 n, const in vec3 v, const in float roughness, const in vec3 diffuseColor,
		const in vec3 specularColor, const in float specularF90, const in vec3 position, const in mat4 modelMatrix,
		const in mat4 viewMatrix, const in mat4 projMatrix, const in float dispersion, const in float ior, const in float thickness,
		const in vec3 attenuationColor, const in float attenuationDistance ) {
		vec4 transmittedLight;
		vec3 transmittance;
		#ifdef USE_DISPERSION
			float halfSpread = ( ior - 1.0 ) * 0.025 * dispersion;
			vec3 iors = vec3( ior - halfSpread, ior, ior + halfSpread );
			for ( int i = 0; i < 3; i ++ ) {
				vec3 transmissionRay = getVolumeTransmissionRay( n, v, thickness, iors[ i ], modelMatrix );
				vec3 refractedRayExit = position + transmissionRay;
				vec4 ndcPos = projMatrix * viewMatrix * vec4( refractedRayExit, 1.0 );
				vec2 refractionCoords = ndcPos.xy / ndcPos.w;
				refractionCoords += 1.0;
				refractionCoords /= 2.0;
				vec4 transmissionSample = getTransmissionSample( refractionCoords, roughness, iors[ i ] );
				transmittedLight[ i ] = transmissionSample[ i ];
				transmittedLight.a += transmissionSample.a;
				transmittance[ i ] = diffuseColor[ i ] * volumeAttenuation( length( transmissionRay ), attenuationColor, attenuationDistance )[ i ];
			}
			transmittedLight.a /= 3.0;
		#else
			vec3 transmissionRay = getVolumeTransmissionRay( n, v, thickness, ior, modelMatrix );
			vec3 refractedRayExit = position + transmissionRay;
			vec4 ndcPos = projMatrix * viewMatrix * vec4( refractedRayExit, 1.0 );
			vec2 refractionCoords = ndcPos.xy / ndcPos.w;
			refractionCoords += 1.0;
			refractionCoords /= 2.0;
			transmittedLight = getTransmissionSample( refractionCoords, roughness, ior );
			transmittance = diffuseColor * volumeAttenuation( length( transmissionRay ), attenuationColor, attenuationDistance );
		#endif
		vec3 attenuatedColor = transmittance * transmittedLight.rgb;
		vec3 F = EnvironmentBRDF( n, v, specularColor, specularF90, roughness );
		float transmittanceFactor = ( transmittance.r + transmittance.g + transmittance.b ) / 3.0;
		return vec4( ( 1.0 - F ) * attenuatedColor, 1.0 - ( 1.0 - transmittedLight.a ) * transmittanceFactor );
	}
#endif`,uv_pars_fragment:`#if defined( USE_UV ) || defined( USE_ANISOTROPY )
	varying vec2 vUv;
#endif
#ifdef USE_MAP
	varying vec2 vMapUv;
#endif
#ifdef USE_ALPHAMAP
	varying vec2 vAlphaMapUv;
#endif
#ifdef USE_LIGHTMAP
	varying vec2 vLightMapUv;
#endif
#ifdef USE_AOMAP
	varying vec2 vAoMapUv;
#endif
#ifdef USE_BUMPMAP
	varying vec2 vBumpMapUv;
#endif
#ifdef USE_NORMALMAP
	varying vec2 vNormalMapUv;
#endif
#ifdef USE_EMISSIVEMAP
	varying vec2 vEmissiveMapUv;
#endif
#ifdef USE_METALNESSMAP
	varying vec2 vMetalnessMapUv;
#endif
#ifdef USE_ROUGHNESSMAP
	varying vec2 vRoughnessMapUv;
#endif
#ifdef USE_DIFFUSE_ROUGHNESSMAP
	varying vec2 vDiffuseRoughnessMapUv;
#endif
#ifdef USE_ANISOTROPYMAP
	varying vec2 vAnisotropyMapUv;
#endif
#ifdef USE_CLEARCOATMAP
	varying vec2 vClearcoatMapUv;
#endif
#ifdef USE_CLEARCOAT_NORMALMAP
	varying vec2 vClearcoatNormalMapUv;
#endif
#ifdef USE_CLEARCOAT_ROUGHNESSMAP
	varying vec2 vClearcoatRoughnessMapUv;
#endif
#ifdef USE_IRIDESCENCEMAP
	varying vec2 vIridescenceMapUv;
#endif
#ifdef USE_IRIDESCENCE_THICKNESSMAP
	varying vec2 vIridescenceThicknessMapUv;
#endif
#ifdef USE_SHEEN_COLORMAP
	varying vec2 vSheenColorMapUv;
#endif
#ifdef USE_SHEEN_ROUGHNESSMAP
	varying vec2 vSheenRoughnessMapUv;
#endif
#ifdef USE_SPECULARMAP
	varying vec2 vSpecularMapUv;
#endif
#ifdef USE_SPECULAR_COLORMAP
	varying vec2 vSpecularColorMapUv;
#endif
#ifdef USE_SPECULAR_INTENSITYMAP
	varying vec2 vSpecularIntensityMapUv;
#endif
#ifdef USE_TRANSMISSIONMAP
	uniform mat3 transmissionMapTransform;
	varying vec2 vTransmissionMapUv;
#endif
#ifdef USE_THICKNESSMAP
	uniform mat3 thicknessMapTransform;
	varying vec2 vThicknessMapUv;
#endif`,uv_pars_vertex:`#if defined( USE_UV ) || defined( USE_ANISOTROPY )
	varying vec2 vUv;
#endif
#ifdef USE_MAP
	uniform mat3 mapTransform;
	varying vec2 vMapUv;
#endif
#ifdef USE_ALPHAMAP
	uniform mat3 alphaMapTransform;
	varying vec2 vAlphaMapUv;
#endif
#ifdef USE_LIGHTMAP
	uniform mat3 lightMapTransform;
	varying vec2 vLightMapUv;
#endif
#ifdef USE_AOMAP
	uniform mat3 aoMapTransform;
	varying vec2 vAoMapUv;
#endif
#ifdef USE_BUMPMAP
	uniform mat3 bumpMapTransform;
	varying vec2 vBumpMapUv;
#endif
#ifdef USE_NORMALMAP
	uniform mat3 normalMapTransform;
	varying vec2 vNormalMapUv;
#endif
#ifdef USE_DISPLACEMENTMAP
	uniform mat3 displacementMapTransform;
	varying vec2 vDisplacementMapUv;
#endif
#ifdef USE_EMISSIVEMAP
	uniform mat3 emissiveMapTransform;
	varying vec2 vEmissiveMapUv;
#endif
#ifdef USE_METALNESSMAP
	uniform mat3 metalnessMapTransform;
	varying vec2 vMetalnessMapUv;
#endif
#ifdef USE_ROUGHNESSMAP
	uniform mat3 roughnessMapTransform;
	varying vec2 vRoughnessMapUv;
#endif
#ifdef USE_DIFFUSE_ROUGHNESSMAP
	uniform mat3 diffuseRoughnessMapTransform;
	varying vec2 vDiffuseRoughnessMapUv;
#endif
#ifdef USE_ANISOTROPYMAP
	uniform mat3 anisotropyMapTransform;
	varying vec2 vAnisotropyMapUv;
#endif
#ifdef USE_CLEARCOATMAP
	uniform mat3 clearcoatMapTransform;
	varying vec2 vClearcoatMapUv;
#endif
#ifdef USE_CLEARCOAT_NORMALMAP
	uniform mat3 clearcoatNormalMapTransform;
	varying vec2 vClearcoatNormalMapUv;
#endif
#ifdef USE_CLEARCOAT_ROUGHNESSMAP
	uniform mat3 clearcoatRoughnessMapTransform;
	varying vec2 vClearcoatRoughnessMapUv;
#endif
#ifdef USE_SHEEN_COLORMAP
	uniform mat3 sheenColorMapTransform;
	varying vec2 vSheenColorMapUv;
#endif
#ifdef USE_SHEEN_ROUGHNESSMAP
	uniform mat3 sheenRoughnessMapTransform;
	varying vec2 vSheenRoughnessMapUv;
#endif
#ifdef USE_IRIDESCENCEMAP
	uniform mat3 iridescenceMapTransform;
	varying vec2 vIridescenceMapUv;
#endif
#ifdef USE_IRIDESCENCE_THICKNESSMAP
	uniform mat3 iridescenceThicknessMapTransform;
	varying vec2 vIridescenceThicknessMapUv;
#endif
#ifdef USE_SPECULARMAP
	uniform mat3 specularMapTransform;
	varying vec2 vSpecularMapUv;
#endif
#ifdef USE_SPECULAR_COLORMAP
	uniform mat3 specularColorMapTransform;
	varying vec2 vSpecularColorMapUv;
#endif
#ifdef USE_SPECULAR_INTENSITYMAP
	uniform mat3 specularIntensityMapTransform;
	varying vec2 vSpecularIntensityMapUv;
#endif
#ifdef USE_TRANSMISSIONMAP
	uniform mat3 transmissionMapTransform;
	varying vec2 vTransmissionMapUv;
#endif
#ifdef USE_THICKNESSMAP
	uniform mat3 thicknessMapTransform;
	varying vec2 vThicknessMapUv;
#endif`,uv_vertex:`#if defined( USE_UV ) || defined( USE_ANISOTROPY )
	vUv = vec3( uv, 1 ).xy;
#endif
#ifdef USE_MAP
	vMapUv = ( mapTransform * vec3( MAP_UV, 1 ) ).xy;
#endif
#ifdef USE_ALPHAMAP
	vAlphaMapUv = ( alphaMapTransform * vec3( ALPHAMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_LIGHTMAP
	vLightMapUv = ( lightMapTransform * vec3( LIGHTMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_AOMAP
	vAoMapUv = ( aoMapTransform * vec3( AOMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_BUMPMAP
	vBumpMapUv = ( bumpMapTransform * vec3( BUMPMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_NORMALMAP
	vNormalMapUv = ( normalMapTransform * vec3( NORMALMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_DISPLACEMENTMAP
	vDisplacementMapUv = ( displacementMapTransform * vec3( DISPLACEMENTMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_EMISSIVEMAP
	vEmissiveMapUv = ( emissiveMapTransform * vec3( EMISSIVEMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_METALNESSMAP
	vMetalnessMapUv = ( metalnessMapTransform * vec3( METALNESSMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_ROUGHNESSMAP
	vRoughnessMapUv = ( roughnessMapTransform * vec3( ROUGHNESSMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_DIFFUSE_ROUGHNESSMAP
	vDiffuseRoughnessMapUv = ( diffuseRoughnessMapTransform * vec3( DIFFUSE_ROUGHNESSMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_ANISOTROPYMAP
	vAnisotropyMapUv = ( anisotropyMapTransform * vec3( ANISOTROPYMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_CLEARCOATMAP
	vClearcoatMapUv = ( clearcoatMapTransform * vec3( CLEARCOATMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_CLEARCOAT_NORMALMAP
	vClearcoatNormalMapUv = ( clearcoatNormalMapTransform * vec3( CLEARCOAT_NORMALMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_CLEARCOAT_ROUGHNESSMAP
	vClearcoatRoughnessMapUv = ( clearcoatRoughnessMapTransform * vec3( CLEARCOAT_ROUGHNESSMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_IRIDESCENCEMAP
	vIridescenceMapUv = ( iridescenceMapTransform * vec3( IRIDESCENCEMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_IRIDESCENCE_THICKNESSMAP
	vIridescenceThicknessMapUv = ( iridescenceThicknessMapTransform * vec3( IRIDESCENCE_THICKNESSMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_SHEEN_COLORMAP
	vSheenColorMapUv = ( sheenColorMapTransform * vec3( SHEEN_COLORMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_SHEEN_ROUGHNESSMAP
	vSheenRoughnessMapUv = ( sheenRoughnessMapTransform * vec3( SHEEN_ROUGHNESSMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_SPECULARMAP
	vSpecularMapUv = ( specularMapTransform * vec3( SPECULARMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_SPECULAR_COLORMAP
	vSpecularColorMapUv = ( specularColorMapTransform * vec3( SPECULAR_COLORMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_SPECULAR_INTENSITYMAP
	vSpecularIntensityMapUv = ( specularIntensityMapTransform * vec3( SPECULAR_INTENSITYMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_TRANSMISSIONMAP
	vTransmissionMapUv = ( transmissionMapTransform * vec3( TRANSMISSIONMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_THICKNESSMAP
	vThicknessMapUv = ( thicknessMapTransform * vec3( THICKNESSMAP_UV, 1 ) ).xy;
#endif`,worldpos_vertex:`#if defined( USE_ENVMAP ) || defined( DISTANCE ) || defined ( USE_SHADOWMAP ) || defined ( USE_TRANSMISSION ) || NUM_SPOT_LIGHT_COORDS > 0
	vec4 worldPosition = vec4( transformed, 1.0 );
	#ifdef USE_BATCHING
		worldPosition = batchingMatrix * worldPosition;
	#endif
	#ifdef USE_INSTANCING
		worldPosition = instanceMatrix * worldPosition;
	#endif
	worldPosition = modelMatrix * worldPosition;
#endif`,background_vert:`varying vec2 vUv;
uniform mat3 uvTransform;
void main() {
	vUv = ( uvTransform * vec3( uv, 1 ) ).xy;
	gl_Position = vec4( position.xy, 1.0, 1.0 );
}`,background_frag:`uniform sampler2D t2D;
uniform float backgroundIntensity;
varying vec2 vUv;
void main() {
	vec4 texColor = texture2D( t2D, vUv );
	#ifdef DECODE_VIDEO_TEXTURE
		texColor = vec4( mix( pow( texColor.rgb * 0.9478672986 + vec3( 0.0521327014 ), vec3( 2.4 ) ), texColor.rgb * 0.0773993808, vec3( lessThanEqual( texColor.rgb, vec3( 0.04045 ) ) ) ), texColor.w );
	#endif
	texColor.rgb *= backgroundIntensity;
	gl_FragColor = texColor;
	#include <tonemapping_fragment>
	#include <colorspace_fragment>
}`,backgroundCube_vert:`varying vec3 vWorldDirection;
#include <common>
void main() {
	vWorldDirection = transformDirection( position, modelMatrix );
	#include <begin_vertex>
	#include <project_vertex>
	gl_Position.z = gl_Position.w;
}`,backgroundCube_frag:`uniform float backgroundBlurriness;
uniform float backgroundIntensity;
uniform mat3 backgroundRotation;
varying vec3 vWorldDirection;
#include <envmap_common_pars_fragment>
void main() {
	#ifdef ENVMAP_TYPE_PMREM
		vec4 texColor = textureLod( envMap, backgroundRotation * vWorldDirection, roughnessToMip( backgroundBlurriness ) );
	#else
		vec4 texColor = textureCube( envMap, backgroundRotation * vWorldDirection );
	#endif
	texColor.rgb *= backgroundIntensity;
	gl_FragColor = texColor;
	#include <tonemapping_fragment>
	#include <colorspace_fragment>
}`,cube_vert:`varying vec3 vWorldDirection;
#include <common>
void main() {
	vWorldDirection = transformDirection( position, modelMatrix );
	#include <begin_vertex>
	#include <project_vertex>
	gl_Position.z = gl_Position.w;
}`,cube_frag:`uniform samplerCube tCube;
uniform float tFlip;
uniform float opacity;
varying vec3 vWorldDirection;
void main() {
	vec4 texColor = textureCube( tCube, vec3( tFlip * vWorldDirection.x, vWorldDirection.yz ) );
	gl_FragColor = texColor;
	gl_FragColor.a *= opacity;
	#include <tonemapping_fragment>
	#include <colorspace_fragment>
}`,depth_vert:`#include <common>
#include <batching_pars_vertex>
#include <uv_pars_vertex>
#include <displacementmap_pars_vertex>
#include <morphtarget_pars_vertex>
#include <skinning_pars_vertex>
#include <logdepthbuf_pars_vertex>
#include <clipping_planes_pars_vertex>
varying vec2 vHighPrecisionZW;
void main() {
	#include <uv_vertex>
	#include <batching_vertex>
	#include <skinbase_vertex>
	#include <morphinstance_vertex>
	#ifdef USE_DISPLACEMENTMAP
		#include <beginnormal_vertex>
		#include <morphnormal_vertex>
		#include <skinnormal_vertex>
	#endif
	#include <begin_vertex>
	#include <morphtarget_vertex>
	#include <skinning_vertex>
	#include <displacementmap_vertex>
	#include <project_vertex>
	#include <logdepthbuf_vertex>
	#include <clipping_planes_vertex>
	vHighPrecisionZW = gl_Position.zw;
}`,depth_frag:`#if DEPTH_PACKING == 3200
	uniform float opacity;
#endif
#include <common>
#include <packing>
#include <uv_pars_fragment>
#include <map_pars_fragment>
#include <alphamap_pars_fragment>
#include <alphatest_pars_fragment>
#include <alphahash_pars_fragment>
#include <logdepthbuf_pars_fragment>
#include <clipping_planes_pars_fragment>
varying vec2 vHighPrecisionZW;
void main() {
	vec4 diffuseColor = vec4( 1.0 );
	#include <clipping_planes_fragment>
	#if DEPTH_PACKING == 3200
		diffuseColor.a = opacity;
	#endif
	#include <map_fragment>
	#include <alphamap_fragment>
	#include <alphatest_fragment>
	#include <alphahash_fragment>
	#include <logdepthbuf_fragment>
	#ifdef USE_REVERSED_DEPTH_BUFFER
		float fragCoordZ = vHighPrecisionZW[ 0 ] / vHighPrecisionZW[ 1 ];
	#else
		float fragCoordZ = 0.5 * vHighPrecisionZW[ 0 ] / vHighPrecisionZW[ 1 ] + 0.5;
	#endif
	#if DEPTH_PACKING == 3200
		gl_FragColor = vec4( vec3( 1.0 - fragCoordZ ), opacity );
	#elif DEPTH_PACKING == 3201
		gl_FragColor = packDepthToRGBA( fragCoordZ );
	#elif DEPTH_PACKING == 3202
		gl_FragColor = vec4( packDepthToRGB( fragCoordZ ), 1.0 );
	#elif DEPTH_PACKING == 3203
		gl_FragColor = vec4( packDepthToRG( fragCoordZ ), 0.0, 1.0 );
	#endif
}`,distance_vert:`#define DISTANCE
varying vec3 vWorldPosition;
#include <common>
#include <batching_pars_vertex>
#include <uv_pars_vertex>
#include <displacementmap_pars_vertex>
#include <morphtarget_pars_vertex>
#include <skinning_pars_vertex>
#include <clipping_planes_pars_vertex>
void main() {
	#include <uv_vertex>
	#include <batching_vertex>
	#include <skinbase_vertex>
	#include <morphinstance_vertex>
	#ifdef USE_DISPLACEMENTMAP
		#include <beginnormal_vertex>
		#include <morphnormal_vertex>
		#include <skinnormal_vertex>
	#endif
	#include <begin_vertex>
	#include <morphtarget_vertex>
	#include <skinning_vertex>
	#include <displacementmap_vertex>
	#include <project_vertex>
	#include <worldpos_vertex>
	#include <clipping_planes_vertex>
	vWorldPosition = worldPosition.xyz;
}`,distance_frag:`#define DISTANCE
uniform vec3 referencePosition;
uniform float nearDistance;
uniform float farDistance;
varying vec3 vWorldPosition;
#include <common>
#include <uv_pars_fragment>
#include <map_pars_fragment>
#include <alphamap_pars_fragment>
#include <alphatest_pars_fragment>
#include <alphahash_pars_fragment>
#include <clipping_planes_pars_fragment>
void main() {
	vec4 diffuseColor = vec4( 1.0 );
	#include <clipping_planes_fragment>
	#include <map_fragment>
	#include <alphamap_fragment>
	#include <alphatest_fragment>
	#include <alphahash_fragment>
	float dist = length( vWorldPosition - referencePosition );
	dist = ( dist - nearDistance ) / ( farDistance - nearDistance );
	dist = saturate( dist );
	gl_FragColor = vec4( dist, 0.0, 0.0, 1.0 );
}`,equirect_vert:`varying vec3 vWorldDirection;
#include <common>
void main() {
	vWorldDirection = transformDirection( position, modelMatrix );
	#include <begin_vertex>
	#include <project_vertex>
}`,equirect_frag:`uniform sampler2D tEquirect;
varying vec3 vWorldDirection;
#include <common>
void main() {
	vec3 direction = normalize( vWorldDirection );
	vec2 sampleUV = equirectUv( direction );
	gl_FragColor = texture2D( tEquirect, sampleUV );
	#include <tonemapping_fragment>
	#include <colorspace_fragment>
}`,linedashed_vert:`uniform float scale;
attribute float lineDistance;
varying float vLineDistance;
#include <common>
#include <uv_pars_vertex>
#include <color_pars_vertex>
#include <fog_pars_vertex>
#include <morphtarget_pars_vertex>
#include <logdepthbuf_pars_vertex>
#include <clipping_planes_pars_vertex>
void main() {
	vLineDistance = scale * lineDistance;
	#include <uv_vertex>
	#include <color_vertex>
	#include <morphinstance_vertex>
	#include <morphcolor_vertex>
	#include <begin_vertex>
	#include <morphtarget_vertex>
	#include <project_vertex>
	#include <logdepthbuf_vertex>
	#include <clipping_planes_vertex>
	#include <fog_vertex>
}`,linedashed_frag:`uniform vec3 diffuse;
uniform float opacity;
uniform float dashSize;
uniform float totalSize;
varying float vLineDistance;
#include <common>
#include <color_pars_fragment>
#include <uv_pars_fragment>
#include <map_pars_fragment>
#include <fog_pars_fragment>
#include <logdepthbuf_pars_fragment>
#include <clipping_planes_pars_fragment>
void main() {
	vec4 diffuseColor = vec4( diffuse, opacity );
	#include <clipping_planes_fragment>
	if ( mod( vLineDistance, totalSize ) > dashSize ) {
		discard;
	}
	vec3 outgoingLight = vec3( 0.0 );
	#include <logdepthbuf_fragment>
	#include <map_fragment>
	#include <color_fragment>
	outgoingLight = diffuseColor.rgb;
	#include <opaque_fragment>
	#include <tonemapping_fragment>
	#include <colorspace_fragment>
	#include <fog_fragment>
	#include <premultiplied_alpha_fragment>
}`,meshbasic_vert:`#include <common>
#include <batching_pars_vertex>
#include <uv_pars_vertex>
#include <envmap_pars_vertex>
#include <color_pars_vertex>
#include <fog_pars_vertex>
#include <morphtarget_pars_vertex>
#include <skinning_pars_vertex>
#include <logdepthbuf_pars_vertex>
#include <clipping_planes_pars_vertex>
void main() {
	#include <uv_vertex>
	#include <color_vertex>
	#include <morphinstance_vertex>
	#include <morphcolor_vertex>
	#include <batching_vertex>
	#if defined ( USE_ENVMAP ) || defined ( USE_SKINNING )
		#include <beginnormal_vertex>
		#include <morphnormal_vertex>
		#include <skinbase_vertex>
		#include <skinnormal_vertex>
		#include <defaultnormal_vertex>
	#endif
	#include <begin_vertex>
	#include <morphtarget_vertex>
	#include <skinning_vertex>
	#include <project_vertex>
	#include <logdepthbuf_vertex>
	#include <clipping_planes_vertex>
	#include <worldpos_vertex>
	#include <envmap_vertex>
	#include <fog_vertex>
}`,meshbasic_frag:`uniform vec3 diffuse;
uniform float opacity;
#ifndef FLAT_SHADED
	varying vec3 vNormal;
#endif
#include <common>
#include <dithering_pars_fragment>
#include <color_pars_fragment>
#include <uv_pars_fragment>
#include <map_pars_fragment>
#include <alphamap_pars_fragment>
#include <alphatest_pars_fragment>
#include <alphahash_pars_fragment>
#include <aomap_pars_fragment>
#include <lightmap_pars_fragment>
#include <envmap_common_pars_fragment>
#include <envmap_pars_fragment>
#include <fog_pars_fragment>
#include <specularmap_pars_fragment>
#include <logdepthbuf_pars_fragment>
#include <clipping_planes_pars_fragment>
void main() {
	vec4 diffuseColor = vec4( diffuse, opacity );
	#include <clipping_planes_fragment>
	#include <logdepthbuf_fragment>
	#include <map_fragment>
	#include <color_fragment>
	#include <alphamap_fragment>
	#include <alphatest_fragment>
	#include <alphahash_fragment>
	#include <specularmap_fragment>
	ReflectedLight reflectedLight = ReflectedLight( vec3( 0.0 ), vec3( 0.0 ), vec3( 0.0 ), vec3( 0.0 ) );
	#ifdef USE_LIGHTMAP
		vec4 lightMapTexel = texture2D( lightMap, vLightMapUv );
		reflectedLight.indirectDiffuse += lightMapTexel.rgb * lightMapIntensity * RECIPROCAL_PI;
	#else
		reflectedLight.indirectDiffuse += vec3( 1.0 );
	#endif
	#include <aomap_fragment>
	reflectedLight.indirectDiffuse *= diffuseColor.rgb;
	vec3 outgoingLight = reflectedLight.indirectDiffuse;
	#include <envmap_fragment>
	#include <opaque_fragment>
	#include <tonemapping_fragment>
	#include <colorspace_fragment>
	#include <fog_fragment>
	#include <premultiplied_alpha_fragment>
	#include <dithering_fragment>
}`,meshlambert_vert:`#define LAMBERT
varying vec3 vViewPosition;
#include <common>
#include <batching_pars_vertex>
#include <uv_pars_vertex>
#include <displacementmap_pars_vertex>
#include <envmap_pars_vertex>
#include <color_pars_vertex>
#include <fog_pars_vertex>
#include <normal_pars_vertex>
#include <morphtarget_pars_vertex>
#include <skinning_pars_vertex>
#include <shadowmap_pars_vertex>
#include <logdepthbuf_pars_vertex>
#include <clipping_planes_pars_vertex>
void main() {
	#include <uv_vertex>
	#include <color_vertex>
	#include <morphinstance_vertex>
	#include <morphcolor_vertex>
	#include <batching_vertex>
	#include <beginnormal_vertex>
	#include <morphnormal_vertex>
	#include <skinbase_vertex>
	#include <skinnormal_vertex>
	#include <defaultnormal_vertex>
	#include <normal_vertex>
	#include <begin_vertex>
	#include <morphtarget_vertex>
	#include <skinning_vertex>
	#include <displacementmap_vertex>
	#include <project_vertex>
	#include <logdepthbuf_vertex>
	#include <clipping_planes_vertex>
	vViewPosition = - mvPosition.xyz;
	#include <worldpos_vertex>
	#include <envmap_vertex>
	#include <shadowmap_vertex>
	#include <fog_vertex>
}`,meshlambert_frag:`#define LAMBERT
uniform vec3 diffuse;
uniform vec3 emissive;
uniform float opacity;
#include <common>
#include <dithering_pars_fragment>
#include <color_pars_fragment>
#include <uv_pars_fragment>
#include <map_pars_fragment>
#include <alphamap_pars_fragment>
#include <alphatest_pars_fragment>
#include <alphahash_pars_fragment>
#include <aomap_pars_fragment>
#include <lightmap_pars_fragment>
#include <emissivemap_pars_fragment>
#include <envmap_common_pars_fragment>
#include <envmap_pars_fragment>
#include <envmap_physical_pars_fragment>
#include <fog_pars_fragment>
#include <bsdfs>
#include <lights_pars_begin>
#include <normal_pars_fragment>
#include <lights_lambert_pars_fragment>
#include <shadowmap_pars_fragment>
#include <bumpmap_pars_fragment>
#include <normalmap_pars_fragment>
#include <specularmap_pars_fragment>
#include <logdepthbuf_pars_fragment>
#include <clipping_planes_pars_fragment>
void main() {
	vec4 diffuseColor = vec4( diffuse, opacity );
	#include <clipping_planes_fragment>
	ReflectedLight reflectedLight = ReflectedLight( vec3( 0.0 ), vec3( 0.0 ), vec3( 0.0 ), vec3( 0.0 ) );
	vec3 totalEmissiveRadiance = emissive;
	#include <logdepthbuf_fragment>
	#include <map_fragment>
	#include <color_fragment>
	#include <alphamap_fragment>
	#include <alphatest_fragment>
	#include <alphahash_fragment>
	#include <specularmap_fragment>
	#include <normal_fragment_begin>
	#include <normal_fragment_maps>
	#include <emissivemap_fragment>
	#include <lights_lambert_fragment>
	#include <lights_fragment_begin>
	#include <lights_fragment_maps>
	#include <lights_fragment_end>
	#include <aomap_fragment>
	vec3 outgoingLight = reflectedLight.directDiffuse + reflectedLight.indirectDiffuse + totalEmissiveRadiance;
	#include <envmap_fragment>
	#include <opaque_fragment>
	#include <tonemapping_fragment>
	#include <colorspace_fragment>
	#include <fog_fragment>
	#include <premultiplied_alpha_fragment>
	#include <dithering_fragment>
}`,meshmatcap_vert:`#define MATCAP
varying vec3 vViewPosition;
#include <common>
#include <batching_pars_vertex>
#include <uv_pars_vertex>
#include <color_pars_vertex>
#include <displacementmap_pars_vertex>
#include <fog_pars_vertex>
#include <normal_pars_vertex>
#include <morphtarget_pars_vertex>
#include <skinning_pars_vertex>
#include <logdepthbuf_pars_vertex>
#include <clipping_planes_pars_vertex>
void main() {
	#include <uv_vertex>
	#include <color_vertex>
	#include <morphinstance_vertex>
	#include <morphcolor_vertex>
	#include <batching_vertex>
	#include <beginnormal_vertex>
	#include <morphnormal_vertex>
	#include <skinbase_vertex>
	#include <skinnormal_vertex>
	#include <defaultnormal_vertex>
	#include <normal_vertex>
	#include <begin_vertex>
	#include <morphtarget_vertex>
	#include <skinning_vertex>
	#include <displacementmap_vertex>
	#include <project_vertex>
	#include <logdepthbuf_vertex>
	#include <clipping_planes_vertex>
	#include <fog_vertex>
	vViewPosition = - mvPosition.xyz;
}`,meshmatcap_frag:`#define MATCAP
uniform vec3 diffuse;
uniform float opacity;
uniform sampler2D matcap;
varying vec3 vViewPosition;
#include <common>
#include <dithering_pars_fragment>
#include <color_pars_fragment>
#include <uv_pars_fragment>
#include <map_pars_fragment>
#include <alphamap_pars_fragment>
#include <alphatest_pars_fragment>
#include <alphahash_pars_fragment>
#include <fog_pars_fragment>
#include <normal_pars_fragment>
#include <bumpmap_pars_fragment>
#include <normalmap_pars_fragment>
#include <logdepthbuf_pars_fragment>
#include <clipping_planes_pars_fragment>
void main() {
	vec4 diffuseColor = vec4( diffuse, opacity );
	#include <clipping_planes_fragment>
	#include <logdepthbuf_fragment>
	#include <map_fragment>
	#include <color_fragment>
	#include <alphamap_fragment>
	#include <alphatest_fragment>
	#include <alphahash_fragment>
	#include <normal_fragment_begin>
	#include <normal_fragment_maps>
	vec3 viewDir = normalize( vViewPosition );
	vec3 x = normalize( vec3( viewDir.z, 0.0, - viewDir.x ) );
	vec3 y = cross( viewDir, x );
	vec2 uv = vec2( dot( x, normal ), dot( y, normal ) ) * 0.495 + 0.5;
	#ifdef USE_MATCAP
		vec4 matcapColor = texture2D( matcap, uv );
	#else
		vec4 matcapColor = vec4( vec3( mix( 0.2, 0.8, uv.y ) ), 1.0 );
	#endif
	vec3 outgoingLight = diffuseColor.rgb * matcapColor.rgb;
	#include <opaque_fragment>
	#include <tonemapping_fragment>
	#include <colorspace_fragment>
	#include <fog_fragment>
	#include <premultiplied_alpha_fragment>
	#include <dithering_fragment>
}`,meshnormal_vert:`#define NORMAL
#if defined( FLAT_SHADED ) || defined( USE_BUMPMAP ) || defined( USE_NORMALMAP_TANGENTSPACE )
	varying vec3 vViewPosition;
#endif
#include <common>
#include <batching_pars_vertex>
#include <uv_pars_vertex>
#include <displacementmap_pars_vertex>
#include <normal_pars_vertex>
#include <morphtarget_pars_vertex>
#include <skinning_pars_vertex>
#include <logdepthbuf_pars_vertex>
#include <clipping_planes_pars_vertex>
void main() {
	#include <uv_vertex>
	#include <batching_vertex>
	#include <beginnormal_vertex>
	#include <morphinstance_vertex>
	#include <morphnormal_vertex>
	#include <skinbase_vertex>
	#include <skinnormal_vertex>
	#include <defaultnormal_vertex>
	#include <normal_vertex>
	#include <begin_vertex>
	#include <morphtarget_vertex>
	#include <skinning_vertex>
	#include <displacementmap_vertex>
	#include <project_vertex>
	#include <logdepthbuf_vertex>
	#include <clipping_planes_vertex>
#if defined( FLAT_SHADED ) || defined( USE_BUMPMAP ) || defined( USE_NORMALMAP_TANGENTSPACE )
	vViewPosition = - mvPosition.xyz;
#endif
}`,meshnormal_frag:`#define NORMAL
uniform float opacity;
#if defined( FLAT_SHADED ) || defined( USE_BUMPMAP ) || defined( USE_NORMALMAP_TANGENTSPACE )
	varying vec3 vViewPosition;
#endif
#include <uv_pars_fragment>
#include <normal_pars_fragment>
#include <bumpmap_pars_fragment>
#include <normalmap_pars_fragment>
#include <logdepthbuf_pars_fragment>
#include <clipping_planes_pars_fragment>
void main() {
	vec4 diffuseColor = vec4( 0.0, 0.0, 0.0, opacity );
	#include <clipping_planes_fragment>
	#include <logdepthbuf_fragment>
	#include <normal_fragment_begin>
	#include <normal_fragment_maps>
	gl_FragColor = vec4( normalize( normal ) * 0.5 + 0.5, diffuseColor.a );
	#ifdef OPAQUE
		gl_FragColor.a = 1.0;
	#endif
}`,meshphong_vert:`#define PHONG
varying vec3 vViewPosition;
#include <common>
#include <batching_pars_vertex>
#include <uv_pars_vertex>
#include <displacementmap_pars_vertex>
#include <envmap_pars_vertex>
#include <color_pars_vertex>
#include <fog_pars_vertex>
#include <normal_pars_vertex>
#include <morphtarget_pars_vertex>
#include <skinning_pars_vertex>
#include <shadowmap_pars_vertex>
#include <logdepthbuf_pars_vertex>
#include <clipping_planes_pars_vertex>
void main() {
	#include <uv_vertex>
	#include <color_vertex>
	#include <morphcolor_vertex>
	#include <batching_vertex>
	#include <beginnormal_vertex>
	#include <morphinstance_vertex>
	#include <morphnormal_vertex>
	#include <skinbase_vertex>
	#include <skinnormal_vertex>
	#include <defaultnormal_vertex>
	#include <normal_vertex>
	#include <begin_vertex>
	#include <morphtarget_vertex>
	#include <skinning_vertex>
	#include <displacementmap_vertex>
	#include <project_vertex>
	#include <logdepthbuf_vertex>
	#include <clipping_planes_vertex>
	vViewPosition = - mvPosition.xyz;
	#include <worldpos_vertex>
	#include <envmap_vertex>
	#include <shadowmap_vertex>
	#include <fog_vertex>
}`,meshphong_frag:`#define PHONG
uniform vec3 diffuse;
uniform vec3 emissive;
uniform vec3 specular;
uniform float shininess;
uniform float opacity;
#include <common>
#include <dithering_pars_fragment>
#include <color_pars_fragment>
#include <uv_pars_fragment>
#include <map_pars_fragment>
#include <alphamap_pars_fragment>
#include <alphatest_pars_fragment>
#include <alphahash_pars_fragment>
#include <aomap_pars_fragment>
#include <lightmap_pars_fragment>
#include <emissivemap_pars_fragment>
#include <envmap_common_pars_fragment>
#include <envmap_pars_fragment>
#include <envmap_physical_pars_fragment>
#include <fog_pars_fragment>
#include <bsdfs>
#include <lights_pars_begin>
#include <normal_pars_fragment>
#include <lights_phong_pars_fragment>
#include <shadowmap_pars_fragment>
#include <bumpmap_pars_fragment>
#include <normalmap_pars_fragment>
#include <specularmap_pars_fragment>
#include <logdepthbuf_pars_fragment>
#include <clipping_planes_pars_fragment>
void main() {
	vec4 diffuseColor = vec4( diffuse, opacity );
	#include <clipping_planes_fragment>
	ReflectedLight reflectedLight = ReflectedLight( vec3( 0.0 ), vec3( 0.0 ), vec3( 0.0 ), vec3( 0.0 ) );
	vec3 totalEmissiveRadiance = emissive;
	#include <logdepthbuf_fragment>
	#include <map_fragment>
	#include <color_fragment>
	#include <alphamap_fragment>
	#include <alphatest_fragment>
	#include <alphahash_fragment>
	#include <specularmap_fragment>
	#include <normal_fragment_begin>
	#include <normal_fragment_maps>
	#include <emissivemap_fragment>
	#include <lights_phong_fragment>
	#include <lights_fragment_begin>
	#include <lights_fragment_maps>
	#include <lights_fragment_end>
	#include <aomap_fragment>
	vec3 outgoingLight = reflectedLight.directDiffuse + reflectedLight.indirectDiffuse + reflectedLight.directSpecular + reflectedLight.indirectSpecular + totalEmissiveRadiance;
	#include <envmap_fragment>
	#include <opaque_fragment>
	#include <tonemapping_fragment>
	#include <colorspace_fragment>
	#include <fog_fragment>
	#include <premultiplied_alpha_fragment>
	#include <dithering_fragment>
}`,meshphysical_vert:`#define STANDARD
varying vec3 vViewPosition;
#ifdef USE_TRANSMISSION
	varying vec3 vWorldPosition;
#endif
#include <common>
#include <batching_pars_vertex>
#include <uv_pars_vertex>
#include <displacementmap_pars_vertex>
#include <color_pars_vertex>
#include <fog_pars_vertex>
#include <normal_pars_vertex>
#include <morphtarget_pars_vertex>
#include <skinning_pars_vertex>
#include <shadowmap_pars_vertex>
#include <logdepthbuf_pars_vertex>
#include <clipping_planes_pars_vertex>
void main() {
	#include <uv_vertex>
	#include <color_vertex>
	#include <morphinstance_vertex>
	#include <morphcolor_vertex>
	#include <batching_vertex>
	#include <beginnormal_vertex>
	#include <morphnormal_vertex>
	#include <skinbase_vertex>
	#include <skinnormal_vertex>
	#include <defaultnormal_vertex>
	#include <normal_vertex>
	#include <begin_vertex>
	#include <morphtarget_vertex>
	#include <skinning_vertex>
	#include <displacementmap_vertex>
	#include <project_vertex>
	#include <logdepthbuf_vertex>
	#include <clipping_planes_vertex>
	vViewPosition = - mvPosition.xyz;
	#include <worldpos_vertex>
	#include <shadowmap_vertex>
	#include <fog_vertex>
#ifdef USE_TRANSMISSION
	vWorldPosition = worldPosition.xyz;
#endif
}`,meshphysical_frag:`#define STANDARD
#ifdef PHYSICAL
	#define IOR
	#define USE_SPECULAR
#endif
uniform vec3 diffuse;
uniform vec3 emissive;
uniform float roughness;
uniform float metalness;
uniform float opacity;
#ifdef IOR
	uniform float ior;
#endif
#ifdef USE_SPECULAR
	uniform float specularIntensity;
	uniform vec3 specularColor;
	#ifdef USE_SPECULAR_COLORMAP
		uniform sampler2D specularColorMap;
	#endif
	#ifdef USE_SPECULAR_INTENSITYMAP
		uniform sampler2D specularIntensityMap;
	#endif
#endif
#ifdef USE_CLEARCOAT
	uniform float clearcoat;
	uniform float clearcoatRoughness;
#endif
#ifdef USE_DIFFUSE_ROUGHNESS
	uniform float diffuseRoughness;
	#ifdef USE_DIFFUSE_ROUGHNESSMAP
		uniform sampler2D diffuseRoughnessMap;
	#endif
#endif
#ifdef USE_DISPERSION
	uniform float dispersion;
#endif
#ifdef USE_RETROREFLECTION
	uniform float retroreflectivity;
#endif
#ifdef USE_IRIDESCENCE
	uniform float iridescence;
	uniform float iridescenceIOR;
	uniform float iridescenceThicknessMinimum;
	uniform float iridescenceThicknessMaximum;
#endif
#ifdef USE_SHEEN
	uniform vec3 sheenColor;
	uniform float sheenRoughness;
	#ifdef USE_SHEEN_COLORMAP
		uniform sampler2D sheenColorMap;
	#endif
	#ifdef USE_SHEEN_ROUGHNESSMAP
		uniform sampler2D sheenRoughnessMap;
	#endif
#endif
#ifdef USE_ANISOTROPY
	uniform vec2 anisotropyVector;
	#ifdef USE_ANISOTROPYMAP
		uniform sampler2D anisotropyMap;
	#endif
#endif
varying vec3 vViewPosition;
#include <common>
#include <dithering_pars_fragment>
#include <color_pars_fragment>
#include <uv_pars_fragment>
#include <map_pars_fragment>
#include <alphamap_pars_fragment>
#include <alphatest_pars_fragment>
#include <alphahash_pars_fragment>
#include <aomap_pars_fragment>
#include <lightmap_pars_fragment>
#include <emissivemap_pars_fragment>
#include <iridescence_fragment>
#include <envmap_common_pars_fragment>
#include <envmap_physical_pars_fragment>
#include <fog_pars_fragment>
#include <lights_pars_begin>
#include <normal_pars_fragment>
#include <lights_physical_pars_fragment>
#include <transmission_pars_fragment>
#include <shadowmap_pars_fragment>
#include <bumpmap_pars_fragment>
#include <normalmap_pars_fragment>
#include <clearcoat_pars_fragment>
#include <iridescence_pars_fragment>
#include <roughnessmap_pars_fragment>
#include <metalnessmap_pars_fragment>
#include <logdepthbuf_pars_fragment>
#include <clipping_planes_pars_fragment>
void main() {
	vec4 diffuseColor = vec4( diffuse, opacity );
	#include <clipping_planes_fragment>
	ReflectedLight reflectedLight = ReflectedLight( vec3( 0.0 ), vec3( 0.0 ), vec3( 0.0 ), vec3( 0.0 ) );
	vec3 totalEmissiveRadiance = emissive;
	#include <logdepthbuf_fragment>
	#include <map_fragment>
	#include <color_fragment>
	#include <alphamap_fragment>
	#include <alphatest_fragment>
	#include <alphahash_fragment>
	#include <roughnessmap_fragment>
	#include <metalnessmap_fragment>
	#include <normal_fragment_begin>
	#include <normal_fragment_maps>
	#include <clearcoat_normal_fragment_begin>
	#include <clearcoat_normal_fragment_maps>
	#include <emissivemap_fragment>
	#include <lights_physical_fragment>
	#include <lights_fragment_begin>
	#include <lights_fragment_maps>
	#include <lights_fragment_end>
	#include <aomap_fragment>
	vec3 totalDiffuse = reflectedLight.directDiffuse + reflectedLight.indirectDiffuse;
	vec3 totalSpecular = reflectedLight.directSpecular + reflectedLight.indirectSpecular;
	#include <transmission_fragment>
	vec3 outgoingLight = totalDiffuse + totalSpecular + totalEmissiveRadiance;
	#ifdef USE_SHEEN
 
		outgoingLight = outgoingLight + sheenSpecularDirect + sheenSpecularIndirect;
 
 	#endif
	#ifdef USE_CLEARCOAT
		float dotNVcc = saturate( dot( geometryClearcoatNormal, geometryViewDir ) );
		vec3 Fcc = F_Schlick( material.clearcoatF0, material.clearcoatF90, dotNVcc );
		outgoingLight = outgoingLight * ( 1.0 - material.clearcoat * Fcc ) + ( clearcoatSpecularDirect + clearcoatSpecularIndirect ) * material.clearcoat;
	#endif
	#include <opaque_fragment>
	#include <tonemapping_fragment>
	#include <colorspace_fragment>
	#include <fog_fragment>
	#include <premultiplied_alpha_fragment>
	#include <dithering_fragment>
}`,meshtoon_vert:`#define TOON
varying vec3 vViewPosition;
#include <common>
#include <batching_pars_vertex>
#include <uv_pars_vertex>
#include <displacementmap_pars_vertex>
#include <color_pars_vertex>
#include <fog_pars_vertex>
#include <normal_pars_vertex>
#include <morphtarget_pars_vertex>
#include <skinning_pars_vertex>
#include <shadowmap_pars_vertex>
#include <logdepthbuf_pars_vertex>
#include <clipping_planes_pars_vertex>
void main() {
	#include <uv_vertex>
	#include <color_vertex>
	#include <morphinstance_vertex>
	#include <morphcolor_vertex>
	#include <batching_vertex>
	#include <beginnormal_vertex>
	#include <morphnormal_vertex>
	#include <skinbase_vertex>
	#include <skinnormal_vertex>
	#include <defaultnormal_vertex>
	#include <normal_vertex>
	#include <begin_vertex>
	#include <morphtarget_vertex>
	#include <skinning_vertex>
	#include <displacementmap_vertex>
	#include <project_vertex>
	#include <logdepthbuf_vertex>
	#include <clipping_planes_vertex>
	vViewPosition = - mvPosition.xyz;
	#include <worldpos_vertex>
	#include <shadowmap_vertex>
	#include <fog_vertex>
}`,meshtoon_frag:`#define TOON
uniform vec3 diffuse;
uniform vec3 emissive;
uniform float opacity;
#include <common>
#include <dithering_pars_fragment>
#include <color_pars_fragment>
#include <uv_pars_fragment>
#include <map_pars_fragment>
#include <alphamap_pars_fragment>
#include <alphatest_pars_fragment>
#include <alphahash_pars_fragment>
#include <aomap_pars_fragment>
#include <lightmap_pars_fragment>
#include <emissivemap_pars_fragment>
#include <gradientmap_pars_fragment>
#include <fog_pars_fragment>
#include <bsdfs>
#include <lights_pars_begin>
#include <normal_pars_fragment>
#include <lights_toon_pars_fragment>
#include <shadowmap_pars_fragment>
#include <bumpmap_pars_fragment>
#include <normalmap_pars_fragment>
#include <logdepthbuf_pars_fragment>
#include <clipping_planes_pars_fragment>
void main() {
	vec4 diffuseColor = vec4( diffuse, opacity );
	#include <clipping_planes_fragment>
	ReflectedLight reflectedLight = ReflectedLight( vec3( 0.0 ), vec3( 0.0 ), vec3( 0.0 ), vec3( 0.0 ) );
	vec3 totalEmissiveRadiance = emissive;
	#include <logdepthbuf_fragment>
	#include <map_fragment>
	#include <color_fragment>
	#include <alphamap_fragment>
	#include <alphatest_fragment>
	#include <alphahash_fragment>
	#include <normal_fragment_begin>
	#include <normal_fragment_maps>
	#include <emissivemap_fragment>
	#include <lights_toon_fragment>
	#include <lights_fragment_begin>
	#include <lights_fragment_maps>
	#include <lights_fragment_end>
	#include <aomap_fragment>
	vec3 outgoingLight = reflectedLight.directDiffuse + reflectedLight.indirectDiffuse + totalEmissiveRadiance;
	#include <opaque_fragment>
	#include <tonemapping_fragment>
	#include <colorspace_fragment>
	#include <fog_fragment>
	#include <premultiplied_alpha_fragment>
	#include <dithering_fragment>
}`,points_vert:`uniform float size;
uniform float scale;
#include <common>
#include <color_pars_vertex>
#include <fog_pars_vertex>
#include <morphtarget_pars_vertex>
#include <logdepthbuf_pars_vertex>
#include <clipping_planes_pars_vertex>
#ifdef USE_POINTS_UV
	varying vec2 vUv;
	uniform mat3 uvTransform;
#endif
void main() {
	#ifdef USE_POINTS_UV
		vUv = ( uvTransform * vec3( uv, 1 ) ).xy;
	#endif
	#include <color_vertex>
	#include <morphinstance_vertex>
	#include <morphcolor_vertex>
	#include <begin_vertex>
	#include <morphtarget_vertex>
	#include <project_vertex>
	gl_PointSize = size;
	#ifdef USE_SIZEATTENUATION
		bool isPerspective = isPerspectiveMatrix( projectionMatrix );
		if ( isPerspective ) gl_PointSize *= ( scale / - mvPosition.z );
	#endif
	#include <logdepthbuf_vertex>
	#include <clipping_planes_vertex>
	#include <worldpos_vertex>
	#include <fog_vertex>
}`,points_frag:`uniform vec3 diffuse;
uniform float opacity;
#include <common>
#include <color_pars_fragment>
#include <map_particle_pars_fragment>
#include <alphatest_pars_fragment>
#include <alphahash_pars_fragment>
#include <fog_pars_fragment>
#include <logdepthbuf_pars_fragment>
#include <clipping_planes_pars_fragment>
void main() {
	vec4 diffuseColor = vec4( diffuse, opacity );
	#include <clipping_planes_fragment>
	vec3 outgoingLight = vec3( 0.0 );
	#include <logdepthbuf_fragment>
	#include <map_particle_fragment>
	#include <color_fragment>
	#include <alphatest_fragment>
	#include <alphahash_fragment>
	outgoingLight = diffuseColor.rgb;
	#include <opaque_fragment>
	#include <tonemapping_fragment>
	#include <colorspace_fragment>
	#include <fog_fragment>
	#include <premultiplied_alpha_fragment>
}`,shadow_vert:`#include <common>
#include <batching_pars_vertex>
#include <fog_pars_vertex>
#include <morphtarget_pars_vertex>
#include <skinning_pars_vertex>
#include <logdepthbuf_pars_vertex>
#include <shadowmap_pars_vertex>
void main() {
	#include <batching_vertex>
	#include <beginnormal_vertex>
	#include <morphinstance_vertex>
	#include <morphnormal_vertex>
	#include <skinbase_vertex>
	#include <skinnormal_vertex>
	#include <defaultnormal_vertex>
	#include <begin_vertex>
	#include <morphtarget_vertex>
	#include <skinning_vertex>
	#include <project_vertex>
	#include <logdepthbuf_vertex>
	#include <worldpos_vertex>
	#include <shadowmap_vertex>
	#include <fog_vertex>
}`,shadow_frag:`uniform vec3 color;
uniform float opacity;
#include <common>
#include <fog_pars_fragment>
#include <bsdfs>
#include <lights_pars_begin>
#include <logdepthbuf_pars_fragment>
#include <shadowmap_pars_fragment>
#include <shadowmask_pars_fragment>
void main() {
	#include <logdepthbuf_fragment>
	gl_FragColor = vec4( color, opacity * ( 1.0 - getShadowMask() ) );
	#include <tonemapping_fragment>
	#include <colorspace_fragment>
	#include <fog_fragment>
	#include <premultiplied_alpha_fragment>
}`,sprite_vert:`uniform float rotation;
uniform vec2 center;
#include <common>
#include <uv_pars_vertex>
#include <fog_pars_vertex>
#include <logdepthbuf_pars_vertex>
#include <clipping_planes_pars_vertex>
void main() {
	#include <uv_vertex>
	vec4 mvPosition = modelViewMatrix[ 3 ];
	vec2 scale = vec2( length( modelMatrix[ 0 ].xyz ), length( modelMatrix[ 1 ].xyz ) );
	#ifndef USE_SIZEATTENUATION
		bool isPerspective = isPerspectiveMatrix( projectionMatrix );
		if ( isPerspective ) scale *= - mvPosition.z;
	#endif
	vec2 alignedPosition = ( position.xy - ( center - vec2( 0.5 ) ) ) * scale;
	vec2 rotatedPosition;
	rotatedPosition.x = cos( rotation ) * alignedPosition.x - sin( rotation ) * alignedPosition.y;
	rotatedPosition.y = sin( rotation ) * alignedPosition.x + cos( rotation ) * alignedPosition.y;
	mvPosition.xy += rotatedPosition;
	gl_Position = projectionMatrix * mvPosition;
	#include <logdepthbuf_vertex>
	#include <clipping_planes_vertex>
	#include <fog_vertex>
}`,sprite_frag:`uniform vec3 diffuse;
uniform float opacity;
#include <common>
#include <uv_pars_fragment>
#include <map_pars_fragment>
#include <alphamap_pars_fragment>
#include <alphatest_pars_fragment>
#include <alphahash_pars_fragment>
#include <fog_pars_fragment>
#include <logdepthbuf_pars_fragment>
#include <clipping_planes_pars_fragment>
void main() {
	vec4 diffuseColor = vec4( diffuse, opacity );
	#include <clipping_planes_fragment>
	vec3 outgoingLight = vec3( 0.0 );
	#include <logdepthbuf_fragment>
	#include <map_fragment>
	#include <alphamap_fragment>
	#include <alphatest_fragment>
	#include <alphahash_fragment>
	outgoingLight = diffuseColor.rgb;
	#include <opaque_fragment>
	#include <tonemapping_fragment>
	#include <colorspace_fragment>
	#include <fog_fragment>
}`},X={common:{diffuse:{value:new J(16777215)},opacity:{value:1},map:{value:null},mapTransform:{value:new H},alphaMap:{value:null},alphaMapTransform:{value:new H},alphaTest:{value:0}},specularmap:{specularMap:{value:null},specularMapTransform:{value:new H}},envmap:{envMap:{value:null},envMapRotation:{value:new H},reflectivity:{value:1},ior:{value:1.5},refractionRatio:{value:.98},dfgLUT:{value:null}},aomap:{aoMap:{value:null},aoMapIntensity:{value:1},aoMapTransform:{value:new H}},lightmap:{lightMap:{value:null},lightMapIntensity:{value:1},lightMapTransform:{value:new H}},bumpmap:{bumpMap:{value:null},bumpMapTransform:{value:new H},bumpScale:{value:1}},normalmap:{normalMap:{value:null},normalMapTransform:{value:new H},normalScale:{value:new B(1,1)}},displacementmap:{displacementMap:{value:null},displacementMapTransform:{value:new H},displacementScale:{value:1},displacementBias:{value:0}},emissivemap:{emissiveMap:{value:null},emissiveMapTransform:{value:new H}},metalnessmap:{metalnessMap:{value:null},metalnessMapTransform:{value:new H}},roughnessmap:{roughnessMap:{value:null},roughnessMapTransform:{value:new H}},gradientmap:{gradientMap:{value:null}},fog:{fogDensity:{value:25e-5},fogNear:{value:1},fogFar:{value:2e3},fogColor:{value:new J(16777215)}},lights:{ambientLightColor:{value:[]},lightProbe:{value:[]},sunLights:{value:[],properties:{direction:{},color:{}}},sunLightShadows:{value:[],properties:{shadowIntensity:1,shadowBias:{},shadowNormalBias:{},shadowRadius:{},shadowMapSize:{}}},sunShadowMatrix:{value:[]},sunShadowCascade:{value:[]},directionalLights:{value:[],properties:{direction:{},color:{}}},directionalLightShadows:{value:[],properties:{shadowIntensity:1,shadowBias:{},shadowNormalBias:{},shadowRadius:{},shadowMapSize:{}}},directionalShadowMatrix:{value:[]},spotLights:{value:[],properties:{color:{},position:{},direction:{},distance:{},coneCos:{},penumbraCos:{},decay:{}}},spotLightShadows:{value:[],properties:{shadowIntensity:1,shadowBias:{},shadowNormalBias:{},shadowRadius:{},shadowMapSize:{}}},spotLightMap:{value:[]},spotLightMatrix:{value:[]},pointLights:{value:[],properties:{color:{},position:{},decay:{},distance:{}}},pointLightShadows:{value:[],properties:{shadowIntensity:1,shadowBias:{},shadowNormalBias:{},shadowRadius:{},shadowMapSize:{},shadowCameraNear:{},shadowCameraFar:{}}},pointShadowMatrix:{value:[]},hemisphereLights:{value:[],properties:{direction:{},skyColor:{},groundColor:{}}},rectAreaLights:{value:[],properties:{color:{},position:{},width:{},height:{}}},ltc_1:{value:null},ltc_2:{value:null},probesSH:{value:[]},probesMin:{value:[]},probesMax:{value:[]},probesResolution:{value:[]}},points:{diffuse:{value:new J(16777215)},opacity:{value:1},size:{value:1},scale:{value:1},map:{value:null},alphaMap:{value:null},alphaMapTransform:{value:new H},alphaTest:{value:0},uvTransform:{value:new H}},sprite:{diffuse:{value:new J(16777215)},opacity:{value:1},center:{value:new B(.5,.5)},rotation:{value:0},map:{value:null},mapTransform:{value:new H},alphaMap:{value:null},alphaMapTransform:{value:new H},alphaTest:{value:0}}},Si={basic:{uniforms:ir([X.common,X.specularmap,X.envmap,X.aomap,X.lightmap,X.fog]),vertexShader:Y.meshbasic_vert,fragmentShader:Y.meshbasic_frag},lambert:{uniforms:ir([X.common,X.specularmap,X.envmap,X.aomap,X.lightmap,X.emissivemap,X.bumpmap,X.normalmap,X.displacementmap,X.fog,X.lights,{emissive:{value:new J(0)},envMapIntensity:{value:1}}]),vertexShader:Y.meshlambert_vert,fragmentShader:Y.meshlambert_frag},phong:{uniforms:ir([X.common,X.specularmap,X.envmap,X.aomap,X.lightmap,X.emissivemap,X.bumpmap,X.normalmap,X.displacementmap,X.fog,X.lights,{emissive:{value:new J(0)},specular:{value:new J(1118481)},shininess:{value:30},envMapIntensity:{value:1}}]),vertexShader:Y.meshphong_vert,fragmentShader:Y.meshphong_frag},standard:{uniforms:ir([X.common,X.envmap,X.aomap,X.lightmap,X.emissivemap,X.bumpmap,X.normalmap,X.displacementmap,X.roughnessmap,X.metalnessmap,X.fog,X.lights,{emissive:{value:new J(0)},roughness:{value:1},metalness:{value:0},envMapIntensity:{value:1}}]),vertexShader:Y.meshphysical_vert,fragmentShader:Y.meshphysical_frag},toon:{uniforms:ir([X.common,X.aomap,X.lightmap,X.emissivemap,X.bumpmap,X.normalmap,X.displacementmap,X.gradientmap,X.fog,X.lights,{emissive:{value:new J(0)}}]),vertexShader:Y.meshtoon_vert,fragmentShader:Y.meshtoon_frag},matcap:{uniforms:ir([X.common,X.bumpmap,X.normalmap,X.displacementmap,X.fog,{matcap:{value:null}}]),vertexShader:Y.meshmatcap_vert,fragmentShader:Y.meshmatcap_frag},points:{uniforms:ir([X.points,X.fog]),vertexShader:Y.points_vert,fragmentShader:Y.points_frag},dashed:{uniforms:ir([X.common,X.fog,{scale:{value:1},dashSize:{value:1},totalSize:{value:2}}]),vertexShader:Y.linedashed_vert,fragmentShader:Y.linedashed_frag},depth:{uniforms:ir([X.common,X.displacementmap]),vertexShader:Y.depth_vert,fragmentShader:Y.depth_frag},normal:{uniforms:ir([X.common,X.bumpmap,X.normalmap,X.displacementmap,{opacity:{value:1}}]),vertexShader:Y.meshnormal_vert,fragmentShader:Y.meshnormal_frag},sprite:{uniforms:ir([X.sprite,X.fog]),vertexShader:Y.sprite_vert,fragmentShader:Y.sprite_frag},background:{uniforms:{uvTransform:{value:new H},t2D:{value:null},backgroundIntensity:{value:1}},vertexShader:Y.background_vert,fragmentShader:Y.background_frag},backgroundCube:{uniforms:{envMap:{value:null},backgroundBlurriness:{value:0},backgroundIntensity:{value:1},backgroundRotation:{value:new H}},vertexShader:Y.backgroundCube_vert,fragmentShader:Y.backgroundCube_frag},cube:{uniforms:{tCube:{value:null},tFlip:{value:-1},opacity:{value:1}},vertexShader:Y.cube_vert,fragmentShader:Y.cube_frag},equirect:{uniforms:{tEquirect:{value:null}},vertexShader:Y.equirect_vert,fragmentShader:Y.equirect_frag},distance:{uniforms:ir([X.common,X.displacementmap,{referencePosition:{value:new V},nearDistance:{value:1},farDistance:{value:1e3}}]),vertexShader:Y.distance_vert,fragmentShader:Y.distance_frag},shadow:{uniforms:ir([X.lights,X.fog,{color:{value:new J(0)},opacity:{value:1}}]),vertexShader:Y.shadow_vert,fragmentShader:Y.shadow_frag}};Si.physical={uniforms:ir([Si.standard.uniforms,{clearcoat:{value:0},clearcoatMap:{value:null},clearcoatMapTransform:{value:new H},clearcoatNormalMap:{value:null},clearcoatNormalMapTransform:{value:new H},clearcoatNormalScale:{value:new B(1,1)},clearcoatRoughness:{value:0},clearcoatRoughnessMap:{value:null},clearcoatRoughnessMapTransform:{value:new H},diffuseRoughness:{value:0},diffuseRoughnessMap:{value:null},diffuseRoughnessMapTransform:{value:new H},dispersion:{value:0},retroreflectivity:{value:0},iridescence:{value:0},iridescenceMap:{value:null},iridescenceMapTransform:{value:new H},iridescenceIOR:{value:1.3},iridescenceThicknessMinimum:{value:100},iridescenceThicknessMaximum:{value:400},iridescenceThicknessMap:{value:null},iridescenceThicknessMapTransform:{value:new H},sheen:{value:0},sheenColor:{value:new J(0)},sheenColorMap:{value:null},sheenColorMapTransform:{value:new H},sheenRoughness:{value:1},sheenRoughnessMap:{value:null},sheenRoughnessMapTransform:{value:new H},transmission:{value:0},transmissionMap:{value:null},transmissionMapTransform:{value:new H},transmissionSamplerSize:{value:new B},transmissionSamplerMap:{value:null},thickness:{value:0},thicknessMap:{value:null},thicknessMapTransform:{value:new H},attenuationDistance:{value:0},attenuationColor:{value:new J(0)},specularColor:{value:new J(1,1,1)},specularColorMap:{value:null},specularColorMapTransform:{value:new H},specularIntensity:{value:1},specularIntensityMap:{value:null},specularIntensityMapTransform:{value:new H},anisotropyVector:{value:new B},anisotropyMap:{value:null},anisotropyMapTransform:{value:new H}}]),vertexShader:Y.meshphysical_vert,fragmentShader:Y.meshphysical_frag};var Ci={r:0,b:0,g:0},wi=new Ve,Ti=new H;Ti.set(-1,0,0,0,1,0,0,0,1);function Ei(e,t,n,r,i,a){let o=new J(0),s=i===!0?0:1,c,l,u=null,d=0,f=null;function p(e){let n=e.isScene===!0?e.background:null;if(n&&n.isTexture){let r=e.backgroundBlurriness>0;n=t.get(n,r)}return n}function m(t){let r=!1,i=p(t);i===null?g(o,s):i&&i.isColor&&(g(i,1),r=!0);let c=e.xr.getEnvironmentBlendMode();c===`additive`?n.buffers.color.setClear(0,0,0,1,a):c===`alpha-blend`&&n.buffers.color.setClear(0,0,0,0,a),(e.autoClear||r)&&(n.buffers.depth.setTest(!0),n.buffers.depth.setMask(!0),n.buffers.color.setMask(!0),e.clear(e.autoClearColor,e.autoClearDepth,e.autoClearStencil))}function h(t,n){let i=p(n);i&&i.isCubeTexture?(l===void 0&&(l=new Vn(new tr(1,1,1),new dr({name:`BackgroundCubeMaterial`,uniforms:rr(Si.backgroundCube.uniforms),vertexShader:Si.backgroundCube.vertexShader,fragmentShader:Si.backgroundCube.fragmentShader,side:1,depthTest:!1,depthWrite:!1,fog:!1,allowOverride:!1})),l.geometry.deleteAttribute(`normal`),l.geometry.deleteAttribute(`uv`),l.onBeforeRender=function(e,t,n){this.matrixWorld.copyPosition(n.matrixWorld)},Object.defineProperty(l.material,"envMap",{get:function(){return this.uniforms.envMap.value}}),r.update(l)),l.material.uniforms.envMap.value=i,l.material.uniforms.backgroundBlurriness.value=n.backgroundBlurriness,l.material.uniforms.backgroundIntensity.value=n.backgroundIntensity,l.material.uniforms.backgroundRotation.value.setFromMatrix4(wi.makeRotationFromEuler(n.backgroundRotation)).transpose(),i.isRenderTargetTexture===!1&&l.material.uniforms.backgroundRotation.value.premultiply(Ti),l.material.toneMapped=U.getTransfer(i.colorSpace)!==j,(u!==i||d!==i.version||f!==e.toneMapping)&&(l.material.needsUpdate=!0,u=i,d=i.version,f=e.toneMapping),l.layers.enableAll(),t.unshift(l,l.geometry,l.material,0,0,null)):i&&i.isTexture&&(c===void 0&&(c=new Vn(new nr(2,2),new dr({name:`BackgroundMaterial`,uniforms:rr(Si.background.uniforms),vertexShader:Si.background.vertexShader,fragmentShader:Si.background.fragmentShader,side:0,depthTest:!1,depthWrite:!1,fog:!1,allowOverride:!1})),c.geometry.deleteAttribute(`normal`),Object.defineProperty(c.material,"map",{get:function(){return this.uniforms.t2D.value}}),r.update(c)),c.material.uniforms.t2D.value=i,c.material.uniforms.backgroundIntensity.value=n.backgroundIntensity,c.material.toneMapped=U.getTransfer(i.colorSpace)!==j,i.matrixAutoUpdate===!0&&i.updateMatrix(),c.material.uniforms.uvTransform.value.copy(i.matrix),(u!==i||d!==i.version||f!==e.toneMapping)&&(c.material.needsUpdate=!0,u=i,d=i.version,f=e.toneMapping),c.layers.enableAll(),t.unshift(c,c.geometry,c.material,0,0,null))}function g(t,r){t.getRGB(Ci,sr(e)),n.buffers.color.setClear(Ci.r,Ci.g,Ci.b,r,a)}function _(){l!==void 0&&(l.geometry.dispose(),l.material.dispose(),l=void 0),c!==void 0&&(c.geometry.dispose(),c.material.dispose(),c=void 0)}return{getClearColor:function(){return o},setClearColor:function(e,t=1){o.set(e),s=t,g(o,s)},getClearAlpha:function(){return s},setClearAlpha:function(e){s=e,g(o,s)},render:m,addToRenderList:h,dispose:_}}function Di(e,t){let n=e.getParameter(e.MAX_VERTEX_ATTRIBS),r={},i=f(null),a=i,o=!1;function s(n,r,i,s,c){let u=!1,f=d(n,s,i,r);a!==f&&(a=f,l(a.object)),u=p(n,s,i,c),u&&m(n,s,i,c),c!==null&&t.update(c,e.ELEMENT_ARRAY_BUFFER),(u||o)&&(o=!1,b(n,r,i,s),c!==null&&e.bindBuffer(e.ELEMENT_ARRAY_BUFFER,t.get(c).buffer))}function c(){return e.createVertexArray()}function l(t){return e.bindVertexArray(t)}function u(t){return e.deleteVertexArray(t)}function d(e,t,n,i){let a=i.wireframe===!0,o=r[t.id];o===void 0&&(o={},r[t.id]=o);let s=e.isInstancedMesh===!0?e.id:0,l=o[s];l===void 0&&(l={},o[s]=l);let u=l[n.id];u===void 0&&(u={},l[n.id]=u);let d=u[a];return d===void 0&&(d=f(c()),u[a]=d),d}function f(e){let t=[],r=[],i=[];for(let e=0;e<n;e++)t[e]=0,r[e]=0,i[e]=0;return{geometry:null,program:null,wireframe:!1,newAttributes:t,enabledAttributes:r,attributeDivisors:i,object:e,attributes:{},index:null}}function p(e,t,n,r){let i=a.attributes,o=t.attributes,s=0,c=n.getAttributes();for(let t in c)if(c[t].location>=0){let n=i[t],r=o[t];if(r===void 0&&(t===`instanceMatrix`&&e.instanceMatrix&&(r=e.instanceMatrix),t===`instanceColor`&&e.instanceColor&&(r=e.instanceColor)),n===void 0||n.attribute!==r||r&&n.data!==r.data)return!0;s++}return a.attributesNum!==s||a.index!==r}function m(e,t,n,r){let i={},o=t.attributes,s=0,c=n.getAttributes();for(let t in c)if(c[t].location>=0){let n=o[t];n===void 0&&(t===`instanceMatrix`&&e.instanceMatrix&&(n=e.instanceMatrix),t===`instanceColor`&&e.instanceColor&&(n=e.instanceColor));let r={};r.attribute=n,n&&n.data&&(r.data=n.data),i[t]=r,s++}a.attributes=i,a.attributesNum=s,a.index=r}function h(){let e=a.newAttributes;for(let t=0,n=e.length;t<n;t++)e[t]=0}function g(e){_(e,0)}function _(t,n){let r=a.newAttributes,i=a.enabledAttributes,o=a.attributeDivisors;r[t]=1,i[t]===0&&(e.enableVertexAttribArray(t),i[t]=1),o[t]!==n&&(e.vertexAttribDivisor(t,n),o[t]=n)}function v(){let t=a.newAttributes,n=a.enabledAttributes;for(let r=0,i=n.length;r<i;r++)n[r]!==t[r]&&(e.disableVertexAttribArray(r),n[r]=0)}function y(t,n,r,i,a,o,s){s===!0?e.vertexAttribIPointer(t,n,r,a,o):e.vertexAttribPointer(t,n,r,i,a,o)}function b(n,r,i,a){h();let o=a.attributes,s=i.getAttributes(),c=r.defaultAttributeValues;for(let r in s){let i=s[r];if(i.location>=0){let s=o[r];if(s===void 0&&(r===`instanceMatrix`&&n.instanceMatrix&&(s=n.instanceMatrix),r===`instanceColor`&&n.instanceColor&&(s=n.instanceColor)),s!==void 0){let r=s.normalized,o=s.itemSize,c=t.get(s);if(c===void 0)continue;let l=c.buffer,u=c.type,d=c.bytesPerElement,f=u===e.INT||u===e.UNSIGNED_INT||s.gpuType===1013;if(s.isInterleavedBufferAttribute){let t=s.data,c=t.isInterleavedBuffer===!0?t.stride:t.itemSize,p=s.offset;if(t.isInstancedInterleavedBuffer||t.isInstancedBufferAttribute){for(let e=0;e<i.locationSize;e++)_(i.location+e,t.meshPerAttribute);n.isInstancedMesh!==!0&&a._maxInstanceCount===void 0&&(a._maxInstanceCount=t.meshPerAttribute*t.count)}else for(let e=0;e<i.locationSize;e++)g(i.location+e);e.bindBuffer(e.ARRAY_BUFFER,l);for(let e=0;e<i.locationSize;e++)y(i.location+e,o/i.locationSize,u,r,c*d,(p+o/i.locationSize*e)*d,f)}else{if(s.isInstancedBufferAttribute){for(let e=0;e<i.locationSize;e++)_(i.location+e,s.meshPerAttribute);n.isInstancedMesh!==!0&&a._maxInstanceCount===void 0&&(a._maxInstanceCount=s.meshPerAttribute*s.count)}else for(let e=0;e<i.locationSize;e++)g(i.location+e);e.bindBuffer(e.ARRAY_BUFFER,l);for(let e=0;e<i.locationSize;e++)y(i.location+e,o/i.locationSize,u,r,o*d,o/i.locationSize*e*d,f)}}else if(c!==void 0){let t=c[r];if(t!==void 0)switch(t.length){case 2:e.vertexAttrib2fv(i.location,t);break;case 3:e.vertexAttrib3fv(i.location,t);break;case 4:e.vertexAttrib4fv(i.location,t);break;default:e.vertexAttrib1fv(i.location,t)}}}}v()}function x(){T();for(let e in r){let t=r[e];for(let e in t){let n=t[e];for(let e in n){let t=n[e];for(let e in t)u(t[e].object),delete t[e];delete n[e]}}delete r[e]}}function S(e){if(r[e.id]===void 0)return;let t=r[e.id];for(let e in t){let n=t[e];for(let e in n){let t=n[e];for(let e in t)u(t[e].object),delete t[e];delete n[e]}}delete r[e.id]}function C(e){for(let t in r){let n=r[t];for(let t in n){let r=n[t];if(r[e.id]===void 0)continue;let i=r[e.id];for(let e in i)u(i[e].object),delete i[e];delete r[e.id]}}}function w(e){for(let t in r){let n=r[t],i=e.isInstancedMesh===!0?e.id:0,a=n[i];if(a!==void 0){for(let e in a){let t=a[e];for(let e in t)u(t[e].object),delete t[e];delete a[e]}delete n[i],Object.keys(n).length===0&&delete r[t]}}}function T(){E(),o=!0,a!==i&&(a=i,l(a.object))}function E(){i.geometry=null,i.program=null,i.wireframe=!1}return{setup:s,reset:T,resetDefaultState:E,dispose:x,releaseStatesOfGeometry:S,releaseStatesOfObject:w,releaseStatesOfProgram:C,initAttributes:h,enableAttribute:g,disableUnusedAttributes:v}}function Oi(e,t,n){let r;function i(e){r=e}function a(t,i){e.drawArrays(r,t,i),n.update(i,r,1)}function o(t,i,a){a!==0&&(e.drawArraysInstanced(r,t,i,a),n.update(i,r,a))}function s(e,i,a){if(a===0)return;t.get(`WEBGL_multi_draw`).multiDrawArraysWEBGL(r,e,0,i,0,a);let o=0;for(let e=0;e<a;e++)o+=i[e];n.update(o,r,1)}this.setMode=i,this.render=a,this.renderInstances=o,this.renderMultiDraw=s}function ki(e,t,n,r){let i;function a(){if(i!==void 0)return i;if(t.has(`EXT_texture_filter_anisotropic`)===!0){let n=t.get(`EXT_texture_filter_anisotropic`);i=e.getParameter(n.MAX_TEXTURE_MAX_ANISOTROPY_EXT)}else i=0;return i}function o(t){return t===1023||r.convert(t)===e.getParameter(e.IMPLEMENTATION_COLOR_READ_FORMAT)}function s(n){let i=n===1016&&(t.has(`EXT_color_buffer_half_float`)||t.has(`EXT_color_buffer_float`));return!(n!==1009&&n!==1015&&!i&&r.convert(n)!==e.getParameter(e.IMPLEMENTATION_COLOR_READ_TYPE))}function c(t){if(t===`highp`){if(e.getShaderPrecisionFormat(e.VERTEX_SHADER,e.HIGH_FLOAT).precision>0&&e.getShaderPrecisionFormat(e.FRAGMENT_SHADER,e.HIGH_FLOAT).precision>0)return`highp`;t=`mediump`}return t===`mediump`&&e.getShaderPrecisionFormat(e.VERTEX_SHADER,e.MEDIUM_FLOAT).precision>0&&e.getShaderPrecisionFormat(e.FRAGMENT_SHADER,e.MEDIUM_FLOAT).precision>0?`mediump`:`lowp`}let l=n.precision===void 0?`highp`:n.precision,u=c(l);u!==l&&(L(`WebGLRenderer:`,l,`not supported, using`,u,`instead.`),l=u);let d=n.reversedDepthBuffer===!0&&t.has(`EXT_clip_control`),f=n.logarithmicDepthBuffer===!0&&d===!1;n.reversedDepthBuffer===!0&&d===!1&&L(`WebGLRenderer: Unable to use reversed depth buffer due to missing EXT_clip_control extension. Fallback to default depth buffer.`),n.logarithmicDepthBuffer===!0&&d===!0&&L(`WebGLRenderer: Logarithmic depth buffer is ignored when reversed depth buffer is enabled.`);let p=e.getParameter(e.MAX_TEXTURE_IMAGE_UNITS),m=e.getParameter(e.MAX_VERTEX_TEXTURE_IMAGE_UNITS),h=e.getParameter(e.MAX_TEXTURE_SIZE),g=e.getParameter(e.MAX_CUBE_MAP_TEXTURE_SIZE),_=e.getParameter(e.MAX_VERTEX_ATTRIBS),v=e.getParameter(e.MAX_VERTEX_UNIFORM_VECTORS),y=e.getParameter(e.MAX_VARYING_VECTORS),b=e.getParameter(e.MAX_FRAGMENT_UNIFORM_VECTORS),x=e.getParameter(e.MAX_SAMPLES),S=e.getParameter(e.SAMPLES);return{isWebGL2:!0,getMaxAnisotropy:a,getMaxPrecision:c,textureFormatReadable:o,textureTypeReadable:s,precision:l,logarithmicDepthBuffer:f,reversedDepthBuffer:d,maxTextures:p,maxVertexTextures:m,maxTextureSize:h,maxCubemapSize:g,maxAttributes:_,maxVertexUniforms:v,maxVaryings:y,maxFragmentUniforms:b,maxSamples:x,samples:S}}function Ai(e){let t=this,n=null,r=0,i=!1,a=!1,o=new xn,s=new H,c={value:null,needsUpdate:!1};this.uniform=c,this.numPlanes=0,this.numIntersection=0,this.init=function(e,t){let n=e.length!==0||t||r!==0||i;return i=t,r=e.length,n},this.beginShadows=function(){a=!0,u(null)},this.endShadows=function(){a=!1},this.setGlobalState=function(e,t){n=u(e,t,0)},this.setState=function(t,o,s){let d=t.clippingPlanes,f=t.clipIntersection,p=t.clipShadows,m=e.get(t);if(!i||d===null||d.length===0||a&&!p)a?u(null):l();else{let e=a?0:r,t=e*4,i=m.clippingState||null;c.value=i,i=u(d,o,t,s);for(let e=0;e!==t;++e)i[e]=n[e];m.clippingState=i,this.numIntersection=f?this.numPlanes:0,this.numPlanes+=e}};function l(){c.value!==n&&(c.value=n,c.needsUpdate=r>0),t.numPlanes=r,t.numIntersection=0}function u(e,n,r,i){let a=e===null?0:e.length,l=null;if(a!==0){if(l=c.value,i!==!0||l===null){let t=r+a*4,i=n.matrixWorldInverse;s.getNormalMatrix(i),(l===null||l.length<t)&&(l=new Float32Array(t));for(let t=0,n=r;t!==a;++t,n+=4)o.copy(e[t]).applyMatrix4(i,s),o.normal.toArray(l,n),l[n+3]=o.constant}c.value=l,c.needsUpdate=!0}return t.numPlanes=a,t.numIntersection=0,l}}var ji=class extends ze{constructor(e=1,t={}){super(e,e,t),this.isWebGLCubeRenderTarget=!0;let n={width:e,height:e,depth:1},r=[n,n,n,n,n,n];this.texture=new Zn(r),this._setTextureOptions(t),this.texture.isRenderTargetTexture=!0}fromEquirectangularTexture(e,t){this.texture.type=t.type,this.texture.colorSpace=t.colorSpace,this.texture.generateMipmaps=t.generateMipmaps,this.texture.minFilter=t.minFilter,this.texture.magFilter=t.magFilter;let n={uniforms:{tEquirect:{value:null}},vertexShader:`

				varying vec3 vWorldDirection;

				vec3 transformDirection( in vec3 dir, in mat4 matrix ) {

					return normalize( ( matrix * vec4( dir, 0.0 ) ).xyz );

				}

				void main() {

					vWorldDirection = transformDirection( position, modelMatrix );

					#include <begin_vertex>
					#include <project_vertex>

				}
			`,fragmentShader:`

				uniform sampler2D tEquirect;

				varying vec3 vWorldDirection;

				#include <common>

				void main() {

					vec3 direction = normalize( vWorldDirection );

					vec2 sampleUV = equirectUv( direction );

					gl_FragColor = texture2D( tEquirect, sampleUV );

				}
			`},r=new tr(5,5,5),i=new dr({name:`CubemapFromEquirect`,uniforms:rr(n.uniforms),vertexShader:n.vertexShader,fragmentShader:n.fragmentShader,side:1,blending:0});i.uniforms.tEquirect.value=t;let a=new Vn(r,i),s=t.minFilter;return t.minFilter===1008&&(t.minFilter=o),new ti(1,10,this).update(e,a),t.minFilter=s,a.geometry.dispose(),a.material.dispose(),this}clear(e,t=!0,n=!0,r=!0){let i=e.getRenderTarget();for(let i=0;i<6;i++)e.setRenderTarget(this,i),e.clear(t,n,r);e.setRenderTarget(i)}},Mi=256,Ni=3,Pi=20,Fi=256,Ii=16,Li=3,Ri=new V,zi=new J,Bi=class e{constructor(e){this._renderer=e,this._cubeSize=0,this._sourceTarget=null,this._cubeCamera=new ti(1,10,null),this._boxMesh=new Vn(new tr(5,5,5),null),this._cubemapMaterial=null,this._equirectMaterial=null,this._blurMaterial=null,this._ggxMaterial=null,this._integrationMaterial=null}fromScene(e,t=0,n=.1,r=100,i={}){let{size:a=256,position:o=Ri}=i,s=this._renderer;this._setSize(a);let c=this._allocateTarget(),l=this._getSourceTarget(!0);t>0&&(l.texture.mipmapsAutoUpdate=!1);let u=s.autoClear,d=s.autoClearColor,f=s.autoClearDepth,p=s.autoClearStencil,m=e.background;s.autoClear=!0,s.autoClearColor=!0,s.autoClearDepth=!0,s.autoClearStencil=!0,m===null&&(e.background=s.getClearColor(zi));let h=new ti(n,r,l);return h.position.copy(o),h.update(s,e),s.autoClear=u,s.autoClearColor=d,s.autoClearDepth=f,s.autoClearStencil=p,e.background=m,t>0&&(l.texture.mipmapsAutoUpdate=!0,this._blur(c,t)),this._applyPMREM(c),c}fromEquirectangular(e,t=null){return this._fromTexture(e,t)}fromCubemap(e,t=null){return this._fromTexture(e,t)}compileCubemapShader(){this._cubemapMaterial===null&&(this._cubemapMaterial=qi(),this._compileMaterial(this._cubemapMaterial))}compileEquirectangularShader(){this._equirectMaterial===null&&(this._equirectMaterial=Ki(),this._compileMaterial(this._equirectMaterial))}dispose(){this._sourceTarget!==null&&this._sourceTarget.dispose(),this._cubemapMaterial!==null&&this._cubemapMaterial.dispose(),this._equirectMaterial!==null&&this._equirectMaterial.dispose(),this._blurMaterial!==null&&this._blurMaterial.dispose(),this._ggxMaterial!==null&&this._ggxMaterial.dispose(),this._integrationMaterial!==null&&this._integrationMaterial.dispose(),this._boxMesh.geometry.dispose()}static lodToRoughness(e,t){return t>0?1-Math.sqrt(1-e/t):0}_setSize(e){this._cubeSize=Math.max(Mi,_e(e))}_fromTexture(e,t){e.mapping===301||e.mapping===302?this._setSize(e.image.length===0?Mi:e.image[0].width||e.image[0].image.width):this._setSize(e.image.width/4);let n=t||this._allocateTarget();return this._textureToCubemap(e),this._applyPMREM(n),n}_allocateTarget(){let e=this._cubeSize,t=Vi(e,!1,!1),n=Math.log2(e)-Ni;for(let r=0;r<=n;r++)t.texture.mipmaps.push({width:e>>r,height:e>>r});return t.texture.name=`PMREM`,t.texture.isPMREMTexture=!0,t}_getSourceTarget(e=!1){let t=this._cubeSize,n=this._sourceTarget;return(n===null||n.width!==t||e&&n.depthBuffer===!1)&&(n!==null&&n.dispose(),this._sourceTarget=Vi(t,!0,e)),this._sourceTarget}_compileMaterial(e){this._boxMesh.material=e,this._renderer.compile(this._boxMesh,this._cubeCamera.children[0])}_renderCube(e,t,n){let r=this._boxMesh,i=this._cubeCamera;r.material=n,i.renderTarget=e,i.activeMipmapLevel=t;let a=e.width>>t;e.viewport.set(0,0,a,a),i.update(this._renderer,r),e.viewport.set(0,0,e.width,e.height)}_textureToCubemap(e){let t;e.mapping===301||e.mapping===302?(this._cubemapMaterial===null&&(this._cubemapMaterial=qi()),t=this._cubemapMaterial,t.uniforms.flipEnvMap.value=e.isRenderTargetTexture===!1?-1:1):(this._equirectMaterial===null&&(this._equirectMaterial=Ki()),t=this._equirectMaterial),t.uniforms.envMap.value=e,this._renderCube(this._getSourceTarget(),0,t)}_applyPMREM(t){this._ggxMaterial===null&&(this._ggxMaterial=Ui(),this._integrationMaterial=Wi());let n=this._cubeSize,r=t.texture.mipmaps.length-1,i=this._ggxMaterial.uniforms;i.envMap.value=this._sourceTarget.texture;let a=this._integrationMaterial.uniforms;a.envMap.value=this._sourceTarget.texture,a.sourceLod.value=Math.log2(n/Ii);for(let o=0;o<=r;o++){let s=e.lodToRoughness(o,r);if(o>r-Li)a.roughness.value=s,this._renderCube(t,o,this._integrationMaterial);else{let e=s>0?Math.log2(n)+.5*Math.log2(6/(Fi*s**4))+.5:0;i.roughness.value=s,i.lodBias.value=e,this._renderCube(t,o,this._ggxMaterial)}}}_blur(e,t){this._blurMaterial===null&&(this._blurMaterial=Gi());let n=this._blurMaterial,r=n.uniforms,i=this._sourceTarget;r.sigma.value=Math.min(t,Math.PI)/Math.SQRT2,r.envMap.value=i.texture,this._renderCube(e,0,n),r.envMap.value=e.texture,this._renderCube(i,0,n)}};function Vi(e,t,n){return new ji(e,{minFilter:s,generateMipmaps:t,type:f,colorSpace:te,depthBuffer:n})}function Hi(e,t,n){return new dr({name:e,uniforms:t,vertexShader:Y.cube_vert,fragmentShader:n,side:1,blending:0,depthTest:!1,depthWrite:!1})}function Ui(){return Hi(`PMREMGGXConvolution`,{envMap:{value:null},roughness:{value:0},lodBias:{value:0}},`

		#define GGX_SAMPLES ${Fi}u

		varying vec3 vWorldDirection;

		uniform samplerCube envMap;
		uniform float roughness;
		uniform float lodBias;

		#include <common>

		// Van der Corput radical inverse
		float radicalInverse_VdC( uint bits ) {

			bits = ( bits << 16u ) | ( bits >> 16u );
			bits = ( ( bits & 0x55555555u ) << 1u ) | ( ( bits & 0xAAAAAAAAu ) >> 1u );
			bits = ( ( bits & 0x33333333u ) << 2u ) | ( ( bits & 0xCCCCCCCCu ) >> 2u );
			bits = ( ( bits & 0x0F0F0F0Fu ) << 4u ) | ( ( bits & 0xF0F0F0F0u ) >> 4u );
			bits = ( ( bits & 0x00FF00FFu ) << 8u ) | ( ( bits & 0xFF00FF00u ) >> 8u );
			return float( bits ) * 2.3283064365386963e-10; // / 0x100000000

		}

		// Hammersley sequence
		vec2 hammersley( uint i, uint N ) {

			return vec2( float( i ) / float( N ), radicalInverse_VdC( i ) );

		}

		void main() {

			vec3 N = normalize( vWorldDirection );

			// For very low roughness, just sample the environment directly
			if ( roughness < 0.001 ) {

				gl_FragColor = vec4( textureLod( envMap, N, 0.0 ).rgb, 1.0 );
				return;

			}

			float alpha = roughness * roughness;
			float alpha2 = alpha * alpha;

			// Tangent space basis for VNDF sampling
			vec3 up = abs( N.z ) < 0.999 ? vec3( 0.0, 0.0, 1.0 ) : vec3( 1.0, 0.0, 0.0 );
			vec3 tangent = normalize( cross( up, N ) );
			vec3 bitangent = cross( N, tangent );

			vec3 prefilteredColor = vec3( 0.0 );
			float totalWeight = 0.0;

			for ( uint i = 0u; i < GGX_SAMPLES; i ++ ) {

				vec2 Xi = hammersley( i, GGX_SAMPLES );

				// With V = N, sample the reflected direction directly.
				float invQ = 1.0 / ( 1.0 - Xi.x + alpha2 * Xi.x );
				float NdotL = ( 1.0 - Xi.x - alpha2 * Xi.x ) * invQ;

				if ( NdotL > 0.0 ) {

					float phi = 2.0 * PI * Xi.y;
					float sinTheta = 2.0 * alpha * sqrt( Xi.x * ( 1.0 - Xi.x ) ) * invQ;
					vec3 L = N * NdotL + ( tangent * cos( phi ) + bitangent * sin( phi ) ) * sinTheta;

					// Match the source mip to the sample's solid angle. The terms
					// independent of the sample are precomputed in lodBias.
					float d = alpha2 * invQ;
					float lod = max( log2( d ) + lodBias, 0.0 );

					// Weight by NdotL for the split-sum approximation
					prefilteredColor += textureLod( envMap, L, lod ).rgb * NdotL;
					totalWeight += NdotL;

				}

			}

			gl_FragColor = vec4( prefilteredColor / totalWeight, 1.0 );

		}
	`)}function Wi(){return Hi(`PMREMGGXIntegration`,{envMap:{value:null},roughness:{value:0},sourceLod:{value:0},sourceSize:{value:Ii}},`

		varying vec3 vWorldDirection;

		uniform samplerCube envMap;
		uniform float roughness;
		uniform float sourceLod;
		uniform int sourceSize;

		void main() {

			vec3 N = normalize( vWorldDirection );

			float alpha = roughness * roughness;
			float alpha2 = alpha * alpha;

			float texelSize = 2.0 / float( sourceSize );

			vec3 prefilteredColor = vec3( 0.0 );
			float totalWeight = 0.0;

			// Pair opposite texels: only the one in N's hemisphere contributes.
			for ( int face = 0; face < 3; face ++ ) {

				for ( int y = 0; y < sourceSize; y ++ ) {

					for ( int x = 0; x < sourceSize; x ++ ) {

						vec2 uv = ( vec2( x, y ) + 0.5 ) * texelSize - 1.0;
						vec3 texelDirection = face == 0 ? vec3( 1.0, uv ) : ( face == 1 ? vec3( uv.x, 1.0, uv.y ) : vec3( uv, 1.0 ) );

						float invDistance = inversesqrt( 1.0 + dot( uv, uv ) );
						float NdotL = dot( N, texelDirection );
						texelDirection *= NdotL < 0.0 ? - 1.0 : 1.0;
						NdotL = abs( NdotL ) * invDistance;

						// With V = N, NdotH squared is ( 1 + NdotL ) / 2. Common factors
						// in the GGX distribution and texel solid angle cancel when normalized.
						float d = 1.0 + alpha2 + ( alpha2 - 1.0 ) * NdotL;
						float weight = NdotL * invDistance * invDistance * invDistance / ( d * d );

						prefilteredColor += textureLod( envMap, texelDirection, sourceLod ).rgb * weight;
						totalWeight += weight;

					}

				}

			}

			gl_FragColor = vec4( prefilteredColor / totalWeight, 1.0 );

		}
	`)}function Gi(){return Hi(`PMREMSphericalGaussianBlur`,{envMap:{value:null},sigma:{value:0}},`

		#define SAMPLES ${Pi}
		#define GOLDEN_ANGLE 2.39996322973

		varying vec3 vWorldDirection;

		uniform samplerCube envMap;
		uniform float sigma;

		#include <common>

		void main() {

			vec3 outputDirection = normalize( vWorldDirection );

			vec3 up = abs( outputDirection.z ) < 0.999 ? vec3( 0.0, 0.0, 1.0 ) : vec3( 1.0, 0.0, 0.0 );
			vec3 tangent = normalize( cross( up, outputDirection ) );
			vec3 bitangent = cross( outputDirection, tangent );

			// Truncate the kernel at three standard deviations or at the antipode.
			float thetaMax = min( 3.0 * sigma, PI );
			float truncation = 1.0 - exp( - 0.5 * thetaMax * thetaMax / ( sigma * sigma ) );

			vec3 accumColor = vec3( 0.0 );
			float accumWeight = 0.0;

			for ( int i = 0; i < SAMPLES; i ++ ) {

				// Stratified inverse-CDF sampling of the Gaussian, placed on a golden-angle spiral.
				float stratum = ( float( i ) + 0.5 ) / float( SAMPLES );
				float theta = sigma * sqrt( - 2.0 * log( 1.0 - stratum * truncation ) );
				float phi = float( i ) * GOLDEN_ANGLE;

				vec3 offset = cos( phi ) * tangent + sin( phi ) * bitangent;
				vec3 sampleDirection = cos( theta ) * outputDirection + sin( theta ) * offset;

				// Correct the planar sample density to solid angle.
				float weight = sin( theta ) / theta;

				accumColor += weight * textureLod( envMap, sampleDirection, 0.0 ).rgb;
				accumWeight += weight;

			}

			gl_FragColor = vec4( accumColor / accumWeight, 1.0 );

		}
	`)}function Ki(){return Hi(`PMREMEquirectangularToCubemap`,{envMap:{value:null}},`

		varying vec3 vWorldDirection;

		uniform sampler2D envMap;

		#include <common>

		void main() {

			// Average four subpixel samples to preserve small, bright features.
			vec3 direction = normalize( vWorldDirection );
			vec3 dx = dFdx( direction ) * 0.25;
			vec3 dy = dFdy( direction ) * 0.25;

			vec3 color = textureLod( envMap, equirectUv( normalize( direction - dx - dy ) ), 0.0 ).rgb;
			color += textureLod( envMap, equirectUv( normalize( direction + dx - dy ) ), 0.0 ).rgb;
			color += textureLod( envMap, equirectUv( normalize( direction - dx + dy ) ), 0.0 ).rgb;
			color += textureLod( envMap, equirectUv( normalize( direction + dx + dy ) ), 0.0 ).rgb;
			gl_FragColor = vec4( color * 0.25, 1.0 );

		}
	`)}function qi(){return Hi(`PMREMCubemapToCubemap`,{envMap:{value:null},flipEnvMap:{value:-1}},`

		varying vec3 vWorldDirection;

		uniform samplerCube envMap;
		uniform float flipEnvMap;

		void main() {

			gl_FragColor = vec4( textureCube( envMap, vec3( flipEnvMap * vWorldDirection.x, vWorldDirection.yz ) ).rgb, 1.0 );

		}
	`)}function Ji(e){let t=new WeakMap,n=new WeakMap,r=null;function i(e,t=!1){return e==null?null:t?o(e):a(e)}function a(n){if(n&&n.isTexture){let r=n.mapping;if(r===303||r===304){if(t.has(n)){let e=t.get(n).texture;return s(e,n.mapping)}{let r=n.image;if(r&&r.height>0){let i=new ji(r.height);return i.fromEquirectangularTexture(e,n),t.set(n,i),n.addEventListener(`dispose`,l),s(i.texture,n.mapping)}return null}}}return n}function o(t){if(t&&t.isTexture&&t.isPMREMTexture!==!0){let i=t.mapping,a=i===303||i===304,o=i===301||i===302;if(a||o){let i=n.get(t),s=i===void 0?0:i.texture.pmremVersion;if(t.isRenderTargetTexture&&t.pmremVersion!==s)return r===null&&(r=new Bi(e)),i=a?r.fromEquirectangular(t,i):r.fromCubemap(t,i),i.texture.pmremVersion=t.pmremVersion,n.set(t,i),i.texture;if(i!==void 0)return i.texture;{let s=t.image;return a&&s&&s.height>0||o&&s&&c(s)?(r===null&&(r=new Bi(e)),i=a?r.fromEquirectangular(t):r.fromCubemap(t),i.texture.pmremVersion=t.pmremVersion,n.set(t,i),t.addEventListener(`dispose`,u),i.texture):null}}}return t}function s(e,t){return t===303?e.mapping=301:t===304&&(e.mapping=302),e}function c(e){let t=0;for(let n=0;n<6;n++)e[n]!==void 0&&t++;return t===6}function l(e){let n=e.target;n.removeEventListener(`dispose`,l);let r=t.get(n);r!==void 0&&(t.delete(n),r.dispose())}function u(e){let t=e.target;t.removeEventListener(`dispose`,u);let r=n.get(t);r!==void 0&&(n.delete(t),r.dispose())}function d(){t=new WeakMap,n=new WeakMap,r!==null&&(r.dispose(),r=null)}return{get:i,dispose:d}}function Yi(e){let t={};function n(n){if(t[n]!==void 0)return t[n];let r=e.getExtension(n);return t[n]=r,r}return{has:function(e){return n(e)!==null},init:function(){n(`EXT_color_buffer_float`),n(`WEBGL_clip_cull_distance`),n(`OES_texture_float_linear`),n(`EXT_color_buffer_half_float`),n(`WEBGL_multisampled_render_to_texture`),n(`WEBGL_render_shared_exponent`)},get:function(e){let t=n(e);return t===null&&se(`WebGLRenderer: `+e+` extension not supported.`),t}}}function Xi(e,t,n,r){let i={},a=new WeakMap,o=new FinalizationRegistry(e=>delete i[e]);function s(e){c(e.target)}function c(e){e.index!==null&&t.remove(e.index);for(let n in e.attributes)t.remove(e.attributes[n]);e.removeEventListener(`dispose`,s),delete i[e.id],o.unregister(e);let c=a.get(e);c&&(t.remove(c),a.delete(e)),r.releaseStatesOfGeometry(e),e.isInstancedBufferGeometry===!0&&delete e._maxInstanceCount,n.memory.geometries--}function l(e,t){return i[t.id]===void 0&&(t.addEventListener(`dispose`,s),i[t.id]=new WeakRef(t),o.register(t,t.id,t),n.memory.geometries++),t}function u(n){let r=n.attributes;for(let n in r)t.update(r[n],e.ARRAY_BUFFER)}function d(e){let n=e.index,r=e.attributes.position,i=0;if(r===void 0)return;let o=n===null?r.array.length/3-1:n.array.length,s=new(r.count>=65535?rn:nn)(Math.ceil(o/3)*6,1),c=s.array;if(n!==null){let e=n.array;i=n.version;for(let t=0,n=0;t<o;t+=3){let r=e[t+0],i=e[t+1],a=e[t+2];c[n++]=r,c[n++]=i,c[n++]=i,c[n++]=a,c[n++]=a,c[n++]=r}}else{i=r.version;for(let e=0,t=0;e<o;e+=3){let n=e+0,r=e+1,i=e+2;c[t++]=n,c[t++]=r,c[t++]=r,c[t++]=i,c[t++]=i,c[t++]=n}}s.version=i;let l=a.get(e);l&&t.remove(l),a.set(e,s)}function f(e){let t=a.get(e);if(t){let n=e.index;n!==null&&t.version<n.version&&d(e)}else d(e);return a.get(e)}function p(){for(let e in i){let t=i[e].deref();t!==void 0&&c(t)}}return{get:l,update:u,getWireframeAttribute:f,dispose:p}}function Zi(e,t,n){let r;function i(e){r=e}let a,o;function s(e){a=e.type,o=e.bytesPerElement}function c(t,i){e.drawElements(r,i,a,t*o),n.update(i,r,1)}function l(t,i,s){s!==0&&(e.drawElementsInstanced(r,i,a,t*o,s),n.update(i,r,s))}function u(e,i,o){if(o===0)return;t.get(`WEBGL_multi_draw`).multiDrawElementsWEBGL(r,i,0,a,e,0,o);let s=0;for(let e=0;e<o;e++)s+=i[e];n.update(s,r,1)}this.setMode=i,this.setIndex=s,this.render=c,this.renderInstances=l,this.renderMultiDraw=u}function Qi(e){let t={geometries:0,textures:0},n={frame:0,calls:0,triangles:0,points:0,lines:0};function r(t,r,i){switch(n.calls++,r){case e.TRIANGLES:n.triangles+=t/3*i;break;case e.LINES:n.lines+=t/2*i;break;case e.LINE_STRIP:n.lines+=i*(t-1);break;case e.LINE_LOOP:n.lines+=i*t;break;case e.POINTS:n.points+=i*t;break;default:R(`WebGLInfo: Unknown draw mode:`,r)}}function i(){n.calls=0,n.triangles=0,n.points=0,n.lines=0}return{memory:t,render:n,programs:null,autoReset:!0,reset:i,update:r}}function $i(e,t,n){let r=new WeakMap,i=new Le;function a(a,o,s){let c=a.morphTargetInfluences,l=o.morphAttributes.position||o.morphAttributes.normal||o.morphAttributes.color,u=l===void 0?0:l.length,f=r.get(o);if(f===void 0||f.count!==u){f!==void 0&&f.texture.dispose();let e=o.morphAttributes.position!==void 0,n=o.morphAttributes.normal!==void 0,a=o.morphAttributes.color!==void 0,s=o.morphAttributes.position||[],c=o.morphAttributes.normal||[],l=o.morphAttributes.color||[],p=0;e===!0&&(p=1),n===!0&&(p=2),a===!0&&(p=3);let m=o.attributes.position.count*p,h=1;m>t.maxTextureSize&&(h=Math.ceil(m/t.maxTextureSize),m=t.maxTextureSize);let g=new Float32Array(m*h*4*u),_=new G(g,m,h,u);_.type=d,_.needsUpdate=!0;let v=p*4;for(let t=0;t<u;t++){let r=s[t],o=c[t],u=l[t],d=m*h*4*t;for(let t=0;t<r.count;t++){let s=t*v;e===!0&&(i.fromBufferAttribute(r,t),g[d+s+0]=i.x,g[d+s+1]=i.y,g[d+s+2]=i.z,g[d+s+3]=0),n===!0&&(i.fromBufferAttribute(o,t),g[d+s+4]=i.x,g[d+s+5]=i.y,g[d+s+6]=i.z,g[d+s+7]=0),a===!0&&(i.fromBufferAttribute(u,t),g[d+s+8]=i.x,g[d+s+9]=i.y,g[d+s+10]=i.z,g[d+s+11]=u.itemSize===4?i.w:1)}}f={count:u,texture:_,size:new B(m,h)},r.set(o,f);function y(){_.dispose(),r.delete(o),o.removeEventListener(`dispose`,y)}o.addEventListener(`dispose`,y)}if(a.isInstancedMesh===!0&&a.morphTexture!==null)s.getUniforms().setValue(e,`morphTexture`,a.morphTexture,n);else{let t=0;for(let e=0;e<c.length;e++)t+=c[e];let n=o.morphTargetsRelative?1:1-t;s.getUniforms().setValue(e,`morphTargetBaseInfluence`,n),s.getUniforms().setValue(e,`morphTargetInfluences`,c)}s.getUniforms().setValue(e,`morphTargetsTexture`,f.texture,n),s.getUniforms().setValue(e,`morphTargetsTextureSize`,f.size)}return{update:a}}function ea(e,t,n,r,i){let a=new WeakMap;function o(r){let o=i.render.frame,s=r.geometry,l=t.get(r,s);if(a.get(l)!==o&&(t.update(l),a.set(l,o)),r.isInstancedMesh&&(r.hasEventListener(`dispose`,c)===!1&&r.addEventListener(`dispose`,c),a.get(r)!==o&&(n.update(r.instanceMatrix,e.ARRAY_BUFFER),r.instanceColor!==null&&n.update(r.instanceColor,e.ARRAY_BUFFER),a.set(r,o))),r.isSkinnedMesh){let e=r.skeleton;a.get(e)!==o&&(e.update(),a.set(e,o))}return l}function s(){a=new WeakMap}function c(e){let t=e.target;t.removeEventListener(`dispose`,c),r.releaseStatesOfObject(t),n.remove(t.instanceMatrix),t.instanceColor!==null&&n.remove(t.instanceColor)}return{update:o,dispose:s}}var ta={1:`LINEAR_TONE_MAPPING`,2:`REINHARD_TONE_MAPPING`,3:`CINEON_TONE_MAPPING`,4:`ACES_FILMIC_TONE_MAPPING`,6:`AGX_TONE_MAPPING`,7:`NEUTRAL_TONE_MAPPING`,5:`CUSTOM_TONE_MAPPING`};function na(e,t,n,r,i,a){let o=new ze(t,n,{type:e,depthBuffer:i,stencilBuffer:a,samples:r?4:0,storeMultisampledDepthBuffer:!1,storeMultisampledStencilBuffer:!1,resolveDepthBuffer:!1,resolveStencilBuffer:!1}),s=null,c=null,l=null,u=new _n;u.setAttribute(`position`,new an([-1,3,0,-1,-1,0,3,-1,0],3)),u.setAttribute(`uv`,new an([0,2,0,0,2,0],2));let d=new fr({uniforms:{tDiffuse:{value:null}},vertexShader:`
			precision highp float;

			uniform mat4 modelViewMatrix;
			uniform mat4 projectionMatrix;

			attribute vec3 position;
			attribute vec2 uv;

			varying vec2 vUv;

			void main() {
				vUv = uv;
				gl_Position = projectionMatrix * modelViewMatrix * vec4( position, 1.0 );
			}`,fragmentShader:`
			precision highp float;

			uniform sampler2D tDiffuse;

			varying vec2 vUv;

			#include <tonemapping_pars_fragment>
			#include <colorspace_pars_fragment>

			void main() {
				gl_FragColor = texture2D( tDiffuse, vUv );

				#ifdef LINEAR_TONE_MAPPING
					gl_FragColor.rgb = LinearToneMapping( gl_FragColor.rgb );
				#elif defined( REINHARD_TONE_MAPPING )
					gl_FragColor.rgb = ReinhardToneMapping( gl_FragColor.rgb );
				#elif defined( CINEON_TONE_MAPPING )
					gl_FragColor.rgb = CineonToneMapping( gl_FragColor.rgb );
				#elif defined( ACES_FILMIC_TONE_MAPPING )
					gl_FragColor.rgb = ACESFilmicToneMapping( gl_FragColor.rgb );
				#elif defined( AGX_TONE_MAPPING )
					gl_FragColor.rgb = AgXToneMapping( gl_FragColor.rgb );
				#elif defined( NEUTRAL_TONE_MAPPING )
					gl_FragColor.rgb = NeutralToneMapping( gl_FragColor.rgb );
				#elif defined( CUSTOM_TONE_MAPPING )
					gl_FragColor.rgb = CustomToneMapping( gl_FragColor.rgb );
				#endif

				#ifdef SRGB_TRANSFER
					gl_FragColor = sRGBTransferOETF( gl_FragColor );
				#endif
			}`,depthTest:!1,depthWrite:!1}),p=new Vn(u,d),m=new Zr(-1,1,1,-1,0,1),g=null,_=null,y=!1,b,x=null,S=[],C=!1;this.setSize=function(e,t){o.setSize(e,t),s!==null&&s.setSize(e,t),c!==null&&c.setSize(e,t);for(let n=0;n<S.length;n++){let r=S[n];r.setSize&&r.setSize(e,t)}},this.setEffects=function(e){S=e,C=S.length>0&&S[0].isRenderPass===!0;let t=o.width,n=o.height;S.length>0&&s===null&&(s=new ze(t,n,{type:f,depthBuffer:!1,stencilBuffer:!1}),c=new ze(t,n,{type:f,depthBuffer:!1,stencilBuffer:!1}));let r=i===!0&&S.some(e=>e.needsDepthTexture===!0);r!==(o.depthTexture!==null)&&(r===!0&&l===null&&(l=new Qn(t,n),a===!0&&(l.format=v,l.type=h)),o.dispose(),o.depthTexture=r?l:null,o.resolveDepthBuffer=r,o.storeMultisampledDepthBuffer=r);for(let e=0;e<S.length;e++){let i=S[e];i.setSize&&i.setSize(t,n),r&&i.needsDepthTexture===!0&&i.setDepthTexture&&i.setDepthTexture(l)}},this.begin=function(e,t){if(y||e.toneMapping===0&&S.length===0)return!1;if(x=t,t!==null){let e=t.width,n=t.height;(o.width!==e||o.height!==n)&&this.setSize(e,n)}return C===!1&&e.setRenderTarget(o),b=e.toneMapping,e.toneMapping=0,!0},this.hasRenderPass=function(){return C},this.end=function(e,t){e.toneMapping=b,y=!0;let n=o,r=s;for(let i=0;i<S.length;i++){let a=S[i];a.enabled!==!1&&(a.render(e,r,n,t),a.needsSwap!==!1&&(n=r,r=r===s?c:s))}if(g!==e.outputColorSpace||_!==e.toneMapping){g=e.outputColorSpace,_=e.toneMapping,d.defines={},U.getTransfer(g)===`srgb`&&(d.defines.SRGB_TRANSFER=``);let t=ta[_];t&&(d.defines[t]=``),d.needsUpdate=!0}d.uniforms.tDiffuse.value=n.texture,e.setRenderTarget(x),e.render(p,m),x=null,y=!1},this.isCompositing=function(){return y},this.dispose=function(){o.dispose(),s!==null&&s.dispose(),c!==null&&c.dispose(),u.dispose(),d.dispose()}}var ra=new Ie,ia=new Qn(1,1),aa=new $n(1),oa=new G,sa=new K,ca=new Zn,la=[],ua=[],da=new Float32Array(16),fa=new Float32Array(9),pa=new Float32Array(4);function ma(e,t,n){let r=e[0];if(r<=0||r>0)return e;let i=t*n,a=la[i];if(a===void 0&&(a=new Float32Array(i),la[i]=a),t!==0){r.toArray(a,0);for(let r=1,i=0;r!==t;++r)i+=n,e[r].toArray(a,i)}return a}function ha(e,t){if(e.length!==t.length)return!1;for(let n=0,r=e.length;n<r;n++)if(e[n]!==t[n])return!1;return!0}function ga(e,t){for(let n=0,r=t.length;n<r;n++)e[n]=t[n]}function _a(e,t){let n=ua[t];n===void 0&&(n=new Int32Array(t),ua[t]=n);for(let r=0;r!==t;++r)n[r]=e.allocateTextureUnit();return n}function va(e,t){let n=this.cache;n[0]!==t&&(e.uniform1f(this.addr,t),n[0]=t)}function ya(e,t){let n=this.cache;if(t.x!==void 0)(n[0]!==t.x||n[1]!==t.y)&&(e.uniform2f(this.addr,t.x,t.y),n[0]=t.x,n[1]=t.y);else{if(ha(n,t))return;e.uniform2fv(this.addr,t),ga(n,t)}}function ba(e,t){let n=this.cache;if(t.x!==void 0)(n[0]!==t.x||n[1]!==t.y||n[2]!==t.z)&&(e.uniform3f(this.addr,t.x,t.y,t.z),n[0]=t.x,n[1]=t.y,n[2]=t.z);else if(t.r!==void 0)(n[0]!==t.r||n[1]!==t.g||n[2]!==t.b)&&(e.uniform3f(this.addr,t.r,t.g,t.b),n[0]=t.r,n[1]=t.g,n[2]=t.b);else{if(ha(n,t))return;e.uniform3fv(this.addr,t),ga(n,t)}}function xa(e,t){let n=this.cache;if(t.x!==void 0)(n[0]!==t.x||n[1]!==t.y||n[2]!==t.z||n[3]!==t.w)&&(e.uniform4f(this.addr,t.x,t.y,t.z,t.w),n[0]=t.x,n[1]=t.y,n[2]=t.z,n[3]=t.w);else{if(ha(n,t))return;e.uniform4fv(this.addr,t),ga(n,t)}}function Sa(e,t){let n=this.cache,r=t.elements;if(r===void 0){if(ha(n,t))return;e.uniformMatrix2fv(this.addr,!1,t),ga(n,t)}else{if(ha(n,r))return;pa.set(r),e.uniformMatrix2fv(this.addr,!1,pa),ga(n,r)}}function Ca(e,t){let n=this.cache,r=t.elements;if(r===void 0){if(ha(n,t))return;e.uniformMatrix3fv(this.addr,!1,t),ga(n,t)}else{if(ha(n,r))return;fa.set(r),e.uniformMatrix3fv(this.addr,!1,fa),ga(n,r)}}function wa(e,t){let n=this.cache,r=t.elements;if(r===void 0){if(ha(n,t))return;e.uniformMatrix4fv(this.addr,!1,t),ga(n,t)}else{if(ha(n,r))return;da.set(r),e.uniformMatrix4fv(this.addr,!1,da),ga(n,r)}}function Ta(e,t){let n=this.cache;n[0]!==t&&(e.uniform1i(this.addr,t),n[0]=t)}function Ea(e,t){let n=this.cache;if(t.x!==void 0)(n[0]!==t.x||n[1]!==t.y)&&(e.uniform2i(this.addr,t.x,t.y),n[0]=t.x,n[1]=t.y);else{if(ha(n,t))return;e.uniform2iv(this.addr,t),ga(n,t)}}function Da(e,t){let n=this.cache;if(t.x!==void 0)(n[0]!==t.x||n[1]!==t.y||n[2]!==t.z)&&(e.uniform3i(this.addr,t.x,t.y,t.z),n[0]=t.x,n[1]=t.y,n[2]=t.z);else{if(ha(n,t))return;e.uniform3iv(this.addr,t),ga(n,t)}}function Oa(e,t){let n=this.cache;if(t.x!==void 0)(n[0]!==t.x||n[1]!==t.y||n[2]!==t.z||n[3]!==t.w)&&(e.uniform4i(this.addr,t.x,t.y,t.z,t.w),n[0]=t.x,n[1]=t.y,n[2]=t.z,n[3]=t.w);else{if(ha(n,t))return;e.uniform4iv(this.addr,t),ga(n,t)}}function ka(e,t){let n=this.cache;n[0]!==t&&(e.uniform1ui(this.addr,t),n[0]=t)}function Aa(e,t){let n=this.cache;if(t.x!==void 0)(n[0]!==t.x||n[1]!==t.y)&&(e.uniform2ui(this.addr,t.x,t.y),n[0]=t.x,n[1]=t.y);else{if(ha(n,t))return;e.uniform2uiv(this.addr,t),ga(n,t)}}function ja(e,t){let n=this.cache;if(t.x!==void 0)(n[0]!==t.x||n[1]!==t.y||n[2]!==t.z)&&(e.uniform3ui(this.addr,t.x,t.y,t.z),n[0]=t.x,n[1]=t.y,n[2]=t.z);else{if(ha(n,t))return;e.uniform3uiv(this.addr,t),ga(n,t)}}function Ma(e,t){let n=this.cache;if(t.x!==void 0)(n[0]!==t.x||n[1]!==t.y||n[2]!==t.z||n[3]!==t.w)&&(e.uniform4ui(this.addr,t.x,t.y,t.z,t.w),n[0]=t.x,n[1]=t.y,n[2]=t.z,n[3]=t.w);else{if(ha(n,t))return;e.uniform4uiv(this.addr,t),ga(n,t)}}function Na(e){return e.version===0&&(e.compareFunction=519,e.needsUpdate=!0),e}function Pa(e,t,n){let r=this.cache,i=n.allocateTextureUnit();r[0]!==i&&(e.uniform1i(this.addr,i),r[0]=i);let a;a=this.type===e.SAMPLER_2D_SHADOW?Na(ia):ra,n.setTexture2D(t||a,i)}function Fa(e,t,n){let r=this.cache,i=n.allocateTextureUnit();r[0]!==i&&(e.uniform1i(this.addr,i),r[0]=i),n.setTexture3D(t||sa,i)}function Ia(e,t,n){let r=this.cache,i=n.allocateTextureUnit();r[0]!==i&&(e.uniform1i(this.addr,i),r[0]=i);let a;a=this.type===e.SAMPLER_CUBE_SHADOW?Na(aa):ca,n.setTextureCube(t||a,i)}function La(e,t,n){let r=this.cache,i=n.allocateTextureUnit();r[0]!==i&&(e.uniform1i(this.addr,i),r[0]=i),n.setTexture2DArray(t||oa,i)}function Ra(e){switch(e){case 5126:return va;case 35664:return ya;case 35665:return ba;case 35666:return xa;case 35674:return Sa;case 35675:return Ca;case 35676:return wa;case 5124:case 35670:return Ta;case 35667:case 35671:return Ea;case 35668:case 35672:return Da;case 35669:case 35673:return Oa;case 5125:return ka;case 36294:return Aa;case 36295:return ja;case 36296:return Ma;case 35678:case 36198:case 36298:case 36306:case 35682:return Pa;case 35679:case 36299:case 36307:return Fa;case 35680:case 36300:case 36308:case 36293:return Ia;case 36289:case 36303:case 36311:case 36292:return La}}function za(e,t){e.uniform1fv(this.addr,t)}function Ba(e,t){let n=ma(t,this.size,2);e.uniform2fv(this.addr,n)}function Va(e,t){let n=ma(t,this.size,3);e.uniform3fv(this.addr,n)}function Ha(e,t){let n=ma(t,this.size,4);e.uniform4fv(this.addr,n)}function Ua(e,t){let n=ma(t,this.size,4);e.uniformMatrix2fv(this.addr,!1,n)}function Wa(e,t){let n=ma(t,this.size,9);e.uniformMatrix3fv(this.addr,!1,n)}function Ga(e,t){let n=ma(t,this.size,16);e.uniformMatrix4fv(this.addr,!1,n)}function Ka(e,t){e.uniform1iv(this.addr,t)}function qa(e,t){e.uniform2iv(this.addr,t)}function Ja(e,t){e.uniform3iv(this.addr,t)}function Ya(e,t){e.uniform4iv(this.addr,t)}function Xa(e,t){e.uniform1uiv(this.addr,t)}function Za(e,t){e.uniform2uiv(this.addr,t)}function Qa(e,t){e.uniform3uiv(this.addr,t)}function $a(e,t){e.uniform4uiv(this.addr,t)}function eo(e,t,n){let r=this.cache,i=t.length,a=_a(n,i);ha(r,a)||(e.uniform1iv(this.addr,a),ga(r,a));let o;o=this.type===e.SAMPLER_2D_SHADOW?Na(ia):ra;for(let e=0;e!==i;++e)n.setTexture2D(t[e]||o,a[e])}function to(e,t,n){let r=this.cache,i=t.length,a=_a(n,i);ha(r,a)||(e.uniform1iv(this.addr,a),ga(r,a));for(let e=0;e!==i;++e)n.setTexture3D(t[e]||sa,a[e])}function no(e,t,n){let r=this.cache,i=t.length,a=_a(n,i);ha(r,a)||(e.uniform1iv(this.addr,a),ga(r,a));let o;o=this.type===e.SAMPLER_CUBE_SHADOW?Na(aa):ca;for(let e=0;e!==i;++e)n.setTextureCube(t[e]||o,a[e])}function ro(e,t,n){let r=this.cache,i=t.length,a=_a(n,i);ha(r,a)||(e.uniform1iv(this.addr,a),ga(r,a));for(let e=0;e!==i;++e)n.setTexture2DArray(t[e]||oa,a[e])}function io(e){switch(e){case 5126:return za;case 35664:return Ba;case 35665:return Va;case 35666:return Ha;case 35674:return Ua;case 35675:return Wa;case 35676:return Ga;case 5124:case 35670:return Ka;case 35667:case 35671:return qa;case 35668:case 35672:return Ja;case 35669:case 35673:return Ya;case 5125:return Xa;case 36294:return Za;case 36295:return Qa;case 36296:return $a;case 35678:case 36198:case 36298:case 36306:case 35682:return eo;case 35679:case 36299:case 36307:return to;case 35680:case 36300:case 36308:case 36293:return no;case 36289:case 36303:case 36311:case 36292:return ro}}var ao=class{constructor(e,t,n){this.id=e,this.addr=n,this.cache=[],this.type=t.type,this.setValue=Ra(t.type)}},oo=class{constructor(e,t,n){this.id=e,this.addr=n,this.cache=[],this.type=t.type,this.size=t.size,this.setValue=io(t.type)}},so=class{constructor(e){this.id=e,this.seq=[],this.map={}}setValue(e,t,n){let r=this.seq;for(let i=0,a=r.length;i!==a;++i){let a=r[i];a.setValue(e,t[a.id],n)}}},co=/(\w+)(\])?(\[|\.)?/g;function lo(e,t){e.seq.push(t),e.map[t.id]=t}function uo(e,t,n){let r=e.name,i=r.length;for(co.lastIndex=0;;){let a=co.exec(r),o=co.lastIndex,s=a[1],c=a[2]===`]`,l=a[3];if(c&&(s|=0),l===void 0||l===`[`&&o+2===i){lo(n,l===void 0?new ao(s,e,t):new oo(s,e,t));break}{let e=n.map[s];e===void 0&&(e=new so(s),lo(n,e)),n=e}}}var fo=class{constructor(e,t){this.seq=[],this.map={};let n=e.getProgramParameter(t,e.ACTIVE_UNIFORMS);for(let r=0;r<n;++r){let n=e.getActiveUniform(t,r);uo(n,e.getUniformLocation(t,n.name),this)}let r=[],i=[];for(let t of this.seq)t.type===e.SAMPLER_2D_SHADOW||t.type===e.SAMPLER_CUBE_SHADOW||t.type===e.SAMPLER_2D_ARRAY_SHADOW?r.push(t):i.push(t);r.length>0&&(this.seq=r.concat(i))}setValue(e,t,n,r){let i=this.map[t];i!==void 0&&i.setValue(e,n,r)}setOptional(e,t,n){let r=t[n];r!==void 0&&this.setValue(e,n,r)}static upload(e,t,n,r){for(let i=0,a=t.length;i!==a;++i){let a=t[i],o=n[a.id];o.needsUpdate!==!1&&a.setValue(e,o.value,r)}}static seqWithValue(e,t){let n=[];for(let r=0,i=e.length;r!==i;++r){let i=e[r];i.id in t&&n.push(i)}return n}};function po(e,t,n){let r=e.createShader(t);return e.shaderSource(r,n),e.compileShader(r),r}var mo=37297,ho=0;function go(e,t){let n=e.split(`
`),r=[],i=Math.max(t-6,0),a=Math.min(t+6,n.length);for(let e=i;e<a;e++){let i=e+1;r.push(`${i===t?`>`:` `} ${i}: ${n[e]}`)}return r.join(`
`)}var _o=new H;function vo(e){U._getMatrix(_o,U.workingColorSpace,e);let t=`mat3( ${_o.elements.map(e=>e.toFixed(4))} )`;switch(U.getTransfer(e)){case A:return[t,`LinearTransferOETF`];case j:return[t,`sRGBTransferOETF`];default:return L(`WebGLProgram: Unsupported color space: `,e),[t,`LinearTransferOETF`]}}function yo(e,t,n){let r=e.getShaderParameter(t,e.COMPILE_STATUS),i=(e.getShaderInfoLog(t)||``).trim();if(r&&i===``)return``;let a=/ERROR: 0:(\d+)/.exec(i);if(a){let r=parseInt(a[1]);return n.toUpperCase()+`

`+i+`

`+go(e.getShaderSource(t),r)}return i}function bo(e,t){let n=vo(t);return[`vec4 ${e}( vec4 value ) {`,`	return ${n[1]}( vec4( ${n[0]} * value.rgb, value.a ) );`,`}`].join(`
`)}var xo={1:`Linear`,2:`Reinhard`,3:`Cineon`,4:`ACESFilmic`,6:`AgX`,7:`Neutral`,5:`Custom`};function So(e,t){let n=xo[t];return n===void 0?(L(`WebGLProgram: Unsupported toneMapping:`,t),`vec3 `+e+`( vec3 color ) { return LinearToneMapping( color ); }`):`vec3 `+e+`( vec3 color ) { return `+n+`ToneMapping( color ); }`}var Co=new V;function wo(){return U.getLuminanceCoefficients(Co),[`float luminance( const in vec3 rgb ) {`,`	const vec3 weights = vec3( ${Co.x.toFixed(4)}, ${Co.y.toFixed(4)}, ${Co.z.toFixed(4)} );`,`	return dot( weights, rgb );`,`}`].join(`
`)}function To(e){return[e.extensionClipCullDistance?`#extension GL_ANGLE_clip_cull_distance : require`:``,e.extensionMultiDraw?`#extension GL_ANGLE_multi_draw : require`:``].filter(Oo).join(`
`)}function Eo(e){let t=[];for(let n in e){let r=e[n];r!==!1&&t.push(`#define `+n+` `+r)}return t.join(`
`)}function Do(e,t){let n={},r=e.getProgramParameter(t,e.ACTIVE_ATTRIBUTES);for(let i=0;i<r;i++){let r=e.getActiveAttrib(t,i),a=r.name,o=1;r.type===e.FLOAT_MAT2&&(o=2),r.type===e.FLOAT_MAT3&&(o=3),r.type===e.FLOAT_MAT4&&(o=4),n[a]={type:r.type,location:e.getAttribLocation(t,a),locationSize:o}}return n}function Oo(e){return e!==``}function ko(e,t){let n=t.numSpotLightShadows+t.numSpotLightMaps-t.numSpotLightShadowsWithMaps;return e.replace(/NUM_SUN_LIGHTS/g,t.numSunLights).replace(/NUM_DIR_LIGHTS/g,t.numDirLights).replace(/NUM_SPOT_LIGHTS/g,t.numSpotLights).replace(/NUM_SPOT_LIGHT_MAPS/g,t.numSpotLightMaps).replace(/NUM_SPOT_LIGHT_COORDS/g,n).replace(/NUM_RECT_AREA_LIGHTS/g,t.numRectAreaLights).replace(/NUM_POINT_LIGHTS/g,t.numPointLights).replace(/NUM_HEMI_LIGHTS/g,t.numHemiLights).replace(/NUM_SUN_LIGHT_SHADOWS/g,t.numSunLightShadows).replace(/NUM_DIR_LIGHT_SHADOWS/g,t.numDirLightShadows).replace(/NUM_SPOT_LIGHT_SHADOWS_WITH_MAPS/g,t.numSpotLightShadowsWithMaps).replace(/NUM_SPOT_LIGHT_SHADOWS/g,t.numSpotLightShadows).replace(/NUM_POINT_LIGHT_SHADOWS/g,t.numPointLightShadows).replace(/NUM_LIGHT_PROBE_GRIDS/g,t.numLightProbeGrids)}function Ao(e,t){return e.replace(/NUM_CLIPPING_PLANES/g,t.numClippingPlanes).replace(/UNION_CLIPPING_PLANES/g,t.numClippingPlanes-t.numClipIntersection)}var jo=/^[ \t]*#include +<([\w\d./]+)>/gm;function Mo(e){return e.replace(jo,No)}function No(e,t){let n=Y[t];if(n===void 0)throw Error(`THREE.WebGLProgram: Can not resolve #include <`+t+`>`);return Mo(n)}var Po=/#pragma unroll_loop_start\s+for\s*\(\s*int\s+i\s*=\s*(\d+)\s*;\s*i\s*<\s*(\d+)\s*;\s*i\s*\+\+\s*\)\s*{([\s\S]+?)}\s+#pragma unroll_loop_end/g;function Fo(e){return e.replace(Po,Io)}function Io(e,t,n,r){let i=``;for(let e=parseInt(t);e<parseInt(n);e++)i+=r.replace(/\[\s*i\s*\]/g,`[ `+e+` ]`).replace(/UNROLLED_LOOP_INDEX/g,e);return i}function Lo(e){let t=`precision ${e.precision} float;
	precision ${e.precision} int;
	precision ${e.precision} sampler2D;
	precision ${e.precision} samplerCube;
	precision ${e.precision} sampler3D;
	precision ${e.precision} sampler2DArray;
	precision ${e.precision} sampler2DShadow;
	precision ${e.precision} samplerCubeShadow;
	precision ${e.precision} sampler2DArrayShadow;
	precision ${e.precision} isampler2D;
	precision ${e.precision} isampler3D;
	precision ${e.precision} isamplerCube;
	precision ${e.precision} isampler2DArray;
	precision ${e.precision} usampler2D;
	precision ${e.precision} usampler3D;
	precision ${e.precision} usamplerCube;
	precision ${e.precision} usampler2DArray;
	`;return e.precision===`highp`?t+=`
#define HIGH_PRECISION`:e.precision===`mediump`?t+=`
#define MEDIUM_PRECISION`:e.precision===`lowp`&&(t+=`
#define LOW_PRECISION`),t}var Ro={1:`SHADOWMAP_TYPE_PCF`,3:`SHADOWMAP_TYPE_VSM`};function zo(e){return Ro[e.shadowMapType]||`SHADOWMAP_TYPE_BASIC`}var Bo={302:`ENVMAP_MODE_REFRACTION`};function Vo(e){return e.envMap===!1?`ENVMAP_MODE_REFLECTION`:Bo[e.envMapMode]||`ENVMAP_MODE_REFLECTION`}var Ho={0:`ENVMAP_BLENDING_MULTIPLY`,1:`ENVMAP_BLENDING_MIX`,2:`ENVMAP_BLENDING_ADD`};function Uo(e){return e.envMap===!1?`ENVMAP_BLENDING_NONE`:Ho[e.combine]||`ENVMAP_BLENDING_NONE`}function Wo(e,t,n,r){let i=e.getContext(),a=n.defines,o=n.vertexShader,s=n.fragmentShader,c=zo(n),l=n.envMapPMREM===!0?`ENVMAP_TYPE_PMREM`:`ENVMAP_TYPE_CUBE`,u=Vo(n),d=Uo(n),f=To(n),p=Eo(a),m=i.createProgram(),h,g,_=n.glslVersion?`#version `+n.glslVersion+`
`:``;n.isRawShaderMaterial?(h=[`#define SHADER_TYPE `+n.shaderType,`#define SHADER_NAME `+n.shaderName,p].filter(Oo).join(`
`),h.length>0&&(h+=`
`),g=[`#define SHADER_TYPE `+n.shaderType,`#define SHADER_NAME `+n.shaderName,p].filter(Oo).join(`
`),g.length>0&&(g+=`
`)):(h=[Lo(n),`#define SHADER_TYPE `+n.shaderType,`#define SHADER_NAME `+n.shaderName,p,n.extensionClipCullDistance?`#define USE_CLIP_DISTANCE`:``,n.batching?`#define USE_BATCHING`:``,n.batchingColor?`#define USE_BATCHING_COLOR`:``,n.instancing?`#define USE_INSTANCING`:``,n.instancingColor?`#define USE_INSTANCING_COLOR`:``,n.instancingMorph?`#define USE_INSTANCING_MORPH`:``,n.useFog&&n.fog?`#define USE_FOG`:``,n.useFog&&n.fogExp2?`#define FOG_EXP2`:``,n.map?`#define USE_MAP`:``,n.envMap?`#define USE_ENVMAP`:``,n.envMap?`#define `+u:``,n.lightMap?`#define USE_LIGHTMAP`:``,n.aoMap?`#define USE_AOMAP`:``,n.bumpMap?`#define USE_BUMPMAP`:``,n.normalMap?`#define USE_NORMALMAP`:``,n.normalMapObjectSpace?`#define USE_NORMALMAP_OBJECTSPACE`:``,n.normalMapTangentSpace?`#define USE_NORMALMAP_TANGENTSPACE`:``,n.displacementMap?`#define USE_DISPLACEMENTMAP`:``,n.emissiveMap?`#define USE_EMISSIVEMAP`:``,n.anisotropy?`#define USE_ANISOTROPY`:``,n.anisotropyMap?`#define USE_ANISOTROPYMAP`:``,n.clearcoatMap?`#define USE_CLEARCOATMAP`:``,n.clearcoatRoughnessMap?`#define USE_CLEARCOAT_ROUGHNESSMAP`:``,n.clearcoatNormalMap?`#define USE_CLEARCOAT_NORMALMAP`:``,n.diffuseRoughnessMap?`#define USE_DIFFUSE_ROUGHNESSMAP`:``,n.iridescenceMap?`#define USE_IRIDESCENCEMAP`:``,n.iridescenceThicknessMap?`#define USE_IRIDESCENCE_THICKNESSMAP`:``,n.specularMap?`#define USE_SPECULARMAP`:``,n.specularColorMap?`#define USE_SPECULAR_COLORMAP`:``,n.specularIntensityMap?`#define USE_SPECULAR_INTENSITYMAP`:``,n.roughnessMap?`#define USE_ROUGHNESSMAP`:``,n.metalnessMap?`#define USE_METALNESSMAP`:``,n.alphaMap?`#define USE_ALPHAMAP`:``,n.alphaHash?`#define USE_ALPHAHASH`:``,n.transmission?`#define USE_TRANSMISSION`:``,n.transmissionMap?`#define USE_TRANSMISSIONMAP`:``,n.thicknessMap?`#define USE_THICKNESSMAP`:``,n.sheenColorMap?`#define USE_SHEEN_COLORMAP`:``,n.sheenRoughnessMap?`#define USE_SHEEN_ROUGHNESSMAP`:``,n.mapUv?`#define MAP_UV `+n.mapUv:``,n.alphaMapUv?`#define ALPHAMAP_UV `+n.alphaMapUv:``,n.lightMapUv?`#define LIGHTMAP_UV `+n.lightMapUv:``,n.aoMapUv?`#define AOMAP_UV `+n.aoMapUv:``,n.emissiveMapUv?`#define EMISSIVEMAP_UV `+n.emissiveMapUv:``,n.bumpMapUv?`#define BUMPMAP_UV `+n.bumpMapUv:``,n.normalMapUv?`#define NORMALMAP_UV `+n.normalMapUv:``,n.displacementMapUv?`#define DISPLACEMENTMAP_UV `+n.displacementMapUv:``,n.metalnessMapUv?`#define METALNESSMAP_UV `+n.metalnessMapUv:``,n.roughnessMapUv?`#define ROUGHNESSMAP_UV `+n.roughnessMapUv:``,n.anisotropyMapUv?`#define ANISOTROPYMAP_UV `+n.anisotropyMapUv:``,n.clearcoatMapUv?`#define CLEARCOATMAP_UV `+n.clearcoatMapUv:``,n.clearcoatNormalMapUv?`#define CLEARCOAT_NORMALMAP_UV `+n.clearcoatNormalMapUv:``,n.clearcoatRoughnessMapUv?`#define CLEARCOAT_ROUGHNESSMAP_UV `+n.clearcoatRoughnessMapUv:``,n.diffuseRoughnessMapUv?`#define DIFFUSE_ROUGHNESSMAP_UV `+n.diffuseRoughnessMapUv:``,n.iridescenceMapUv?`#define IRIDESCENCEMAP_UV `+n.iridescenceMapUv:``,n.iridescenceThicknessMapUv?`#define IRIDESCENCE_THICKNESSMAP_UV `+n.iridescenceThicknessMapUv:``,n.sheenColorMapUv?`#define SHEEN_COLORMAP_UV `+n.sheenColorMapUv:``,n.sheenRoughnessMapUv?`#define SHEEN_ROUGHNESSMAP_UV `+n.sheenRoughnessMapUv:``,n.specularMapUv?`#define SPECULARMAP_UV `+n.specularMapUv:``,n.specularColorMapUv?`#define SPECULAR_COLORMAP_UV `+n.specularColorMapUv:``,n.specularIntensityMapUv?`#define SPECULAR_INTENSITYMAP_UV `+n.specularIntensityMapUv:``,n.transmissionMapUv?`#define TRANSMISSIONMAP_UV `+n.transmissionMapUv:``,n.thicknessMapUv?`#define THICKNESSMAP_UV `+n.thicknessMapUv:``,n.vertexTangents&&n.flatShading===!1?`#define USE_TANGENT`:``,n.vertexNormals?`#define HAS_NORMAL`:``,n.vertexColors?`#define USE_COLOR`:``,n.vertexAlphas?`#define USE_COLOR_ALPHA`:``,n.vertexUv1s?`#define USE_UV1`:``,n.vertexUv2s?`#define USE_UV2`:``,n.vertexUv3s?`#define USE_UV3`:``,n.pointsUvs?`#define USE_POINTS_UV`:``,n.flatShading?`#define FLAT_SHADED`:``,n.skinning?`#define USE_SKINNING`:``,n.morphTargets?`#define USE_MORPHTARGETS`:``,n.morphNormals&&n.flatShading===!1?`#define USE_MORPHNORMALS`:``,n.morphColors?`#define USE_MORPHCOLORS`:``,n.morphTargetsCount>0?`#define MORPHTARGETS_TEXTURE_STRIDE `+n.morphTextureStride:``,n.morphTargetsCount>0?`#define MORPHTARGETS_COUNT `+n.morphTargetsCount:``,n.doubleSided?`#define DOUBLE_SIDED`:``,n.flipSided?`#define FLIP_SIDED`:``,n.shadowMapEnabled?`#define USE_SHADOWMAP`:``,n.shadowMapEnabled?`#define `+c:``,n.sizeAttenuation?`#define USE_SIZEATTENUATION`:``,n.numLightProbes>0?`#define USE_LIGHT_PROBES`:``,n.logarithmicDepthBuffer?`#define USE_LOGARITHMIC_DEPTH_BUFFER`:``,n.reversedDepthBuffer?`#define USE_REVERSED_DEPTH_BUFFER`:``,`uniform mat4 modelMatrix;`,`uniform mat4 modelViewMatrix;`,`uniform mat4 projectionMatrix;`,`uniform mat4 viewMatrix;`,`uniform mat3 normalMatrix;`,`uniform vec3 cameraPosition;`,`uniform bool isOrthographic;`,`#ifdef USE_INSTANCING`,`	attribute mat4 instanceMatrix;`,`#endif`,`#ifdef USE_INSTANCING_COLOR`,`	attribute vec3 instanceColor;`,`#endif`,`#ifdef USE_INSTANCING_MORPH`,`	uniform sampler2D morphTexture;`,`#endif`,`attribute vec3 position;`,`attribute vec3 normal;`,`attribute vec2 uv;`,`#ifdef USE_UV1`,`	attribute vec2 uv1;`,`#endif`,`#ifdef USE_UV2`,`	attribute vec2 uv2;`,`#endif`,`#ifdef USE_UV3`,`	attribute vec2 uv3;`,`#endif`,`#ifdef USE_TANGENT`,`	attribute vec4 tangent;`,`#endif`,`#if defined( USE_COLOR_ALPHA )`,`	attribute vec4 color;`,`#elif defined( USE_COLOR )`,`	attribute vec3 color;`,`#endif`,`#ifdef USE_SKINNING`,`	attribute vec4 skinIndex;`,`	attribute vec4 skinWeight;`,`#endif`,`
`].filter(Oo).join(`
`),g=[Lo(n),`#define SHADER_TYPE `+n.shaderType,`#define SHADER_NAME `+n.shaderName,p,n.useFog&&n.fog?`#define USE_FOG`:``,n.useFog&&n.fogExp2?`#define FOG_EXP2`:``,n.alphaToCoverage?`#define ALPHA_TO_COVERAGE`:``,n.map?`#define USE_MAP`:``,n.matcap?`#define USE_MATCAP`:``,n.envMap?`#define USE_ENVMAP`:``,n.envMap?`#define `+l:``,n.envMap?`#define `+u:``,n.envMap?`#define `+d:``,n.envMapPMREM?`#define ENVMAP_MAX_LOD `+n.envMapMaxLod+`.0`:``,n.envMapPMREM?`#define ENVMAP_SIZE `+n.envMapSize+`.0`:``,n.lightMap?`#define USE_LIGHTMAP`:``,n.aoMap?`#define USE_AOMAP`:``,n.bumpMap?`#define USE_BUMPMAP`:``,n.normalMap?`#define USE_NORMALMAP`:``,n.normalMapObjectSpace?`#define USE_NORMALMAP_OBJECTSPACE`:``,n.normalMapTangentSpace?`#define USE_NORMALMAP_TANGENTSPACE`:``,n.packedNormalMap?`#define USE_PACKED_NORMALMAP`:``,n.emissiveMap?`#define USE_EMISSIVEMAP`:``,n.anisotropy?`#define USE_ANISOTROPY`:``,n.anisotropyMap?`#define USE_ANISOTROPYMAP`:``,n.clearcoat?`#define USE_CLEARCOAT`:``,n.clearcoatMap?`#define USE_CLEARCOATMAP`:``,n.clearcoatRoughnessMap?`#define USE_CLEARCOAT_ROUGHNESSMAP`:``,n.clearcoatNormalMap?`#define USE_CLEARCOAT_NORMALMAP`:``,n.diffuseRoughness?`#define USE_DIFFUSE_ROUGHNESS`:``,n.diffuseRoughnessMap?`#define USE_DIFFUSE_ROUGHNESSMAP`:``,n.dispersion?`#define USE_DISPERSION`:``,n.retroreflection?`#define USE_RETROREFLECTION`:``,n.iridescence?`#define USE_IRIDESCENCE`:``,n.iridescenceMap?`#define USE_IRIDESCENCEMAP`:``,n.iridescenceThicknessMap?`#define USE_IRIDESCENCE_THICKNESSMAP`:``,n.specularMap?`#define USE_SPECULARMAP`:``,n.specularColorMap?`#define USE_SPECULAR_COLORMAP`:``,n.specularIntensityMap?`#define USE_SPECULAR_INTENSITYMAP`:``,n.roughnessMap?`#define USE_ROUGHNESSMAP`:``,n.metalnessMap?`#define USE_METALNESSMAP`:``,n.alphaMap?`#define USE_ALPHAMAP`:``,n.alphaTest?`#define USE_ALPHATEST`:``,n.alphaHash?`#define USE_ALPHAHASH`:``,n.sheen?`#define USE_SHEEN`:``,n.sheenColorMap?`#define USE_SHEEN_COLORMAP`:``,n.sheenRoughnessMap?`#define USE_SHEEN_ROUGHNESSMAP`:``,n.transmission?`#define USE_TRANSMISSION`:``,n.transmissionMap?`#define USE_TRANSMISSIONMAP`:``,n.thicknessMap?`#define USE_THICKNESSMAP`:``,n.vertexTangents&&n.flatShading===!1?`#define USE_TANGENT`:``,n.vertexColors||n.instancingColor?`#define USE_COLOR`:``,n.vertexAlphas||n.batchingColor?`#define USE_COLOR_ALPHA`:``,n.vertexUv1s?`#define USE_UV1`:``,n.vertexUv2s?`#define USE_UV2`:``,n.vertexUv3s?`#define USE_UV3`:``,n.pointsUvs?`#define USE_POINTS_UV`:``,n.gradientMap?`#define USE_GRADIENTMAP`:``,n.flatShading?`#define FLAT_SHADED`:``,n.doubleSided?`#define DOUBLE_SIDED`:``,n.flipSided?`#define FLIP_SIDED`:``,n.shadowMapEnabled?`#define USE_SHADOWMAP`:``,n.shadowMapEnabled?`#define `+c:``,n.premultipliedAlpha?`#define PREMULTIPLIED_ALPHA`:``,n.numLightProbes>0?`#define USE_LIGHT_PROBES`:``,n.decodeVideoTexture?`#define DECODE_VIDEO_TEXTURE`:``,n.decodeVideoTextureEmissive?`#define DECODE_VIDEO_TEXTURE_EMISSIVE`:``,n.logarithmicDepthBuffer?`#define USE_LOGARITHMIC_DEPTH_BUFFER`:``,n.reversedDepthBuffer?`#define USE_REVERSED_DEPTH_BUFFER`:``,`uniform mat4 viewMatrix;`,`uniform vec3 cameraPosition;`,`uniform bool isOrthographic;`,n.toneMapping===0?``:`#define TONE_MAPPING`,n.toneMapping===0?``:Y.tonemapping_pars_fragment,n.toneMapping===0?``:So(`toneMapping`,n.toneMapping),n.dithering?`#define DITHERING`:``,n.opaque?`#define OPAQUE`:``,Y.colorspace_pars_fragment,bo(`linearToOutputTexel`,n.outputColorSpace),wo(),n.useDepthPacking?`#define DEPTH_PACKING `+n.depthPacking:``,`
`].filter(Oo).join(`
`)),o=Mo(o),o=ko(o,n),o=Ao(o,n),s=Mo(s),s=ko(s,n),s=Ao(s,n),o=Fo(o),s=Fo(s),n.isRawShaderMaterial!==!0&&(_=`#version 300 es
`,h=[f,`#define attribute in`,`#define varying out`,`#define texture2D texture`].join(`
`)+`
`+h,g=[`#define varying in`,n.glslVersion===`300 es`?``:`layout(location = 0) out highp vec4 pc_fragColor;`,n.glslVersion===`300 es`?``:`#define gl_FragColor pc_fragColor`,`#define gl_FragDepthEXT gl_FragDepth`,`#define texture2D texture`,`#define textureCube texture`,`#define texture2DProj textureProj`,`#define texture2DLodEXT textureLod`,`#define texture2DProjLodEXT textureProjLod`,`#define textureCubeLodEXT textureLod`,`#define texture2DGradEXT textureGrad`,`#define texture2DProjGradEXT textureProjGrad`,`#define textureCubeGradEXT textureGrad`].join(`
`)+`
`+g);let v=_+h+o,y=_+g+s,b=po(i,i.VERTEX_SHADER,v),x=po(i,i.FRAGMENT_SHADER,y);i.attachShader(m,b),i.attachShader(m,x),n.index0AttributeName===void 0?n.hasPositionAttribute===!0&&i.bindAttribLocation(m,0,`position`):i.bindAttribLocation(m,0,n.index0AttributeName),i.linkProgram(m);function S(t){if(e.debug.checkShaderErrors){let n=i.getProgramInfoLog(m)||``,r=i.getShaderInfoLog(b)||``,a=i.getShaderInfoLog(x)||``,o=n.trim(),s=r.trim(),c=a.trim(),l=!0,u=!0;if(i.getProgramParameter(m,i.LINK_STATUS)===!1){if(l=!1,typeof e.debug.onShaderError==`function`)e.debug.onShaderError(i,m,b,x);else{let e=yo(i,b,`vertex`),n=yo(i,x,`fragment`);R(`WebGLProgram: Shader Error `+i.getError()+` - VALIDATE_STATUS `+i.getProgramParameter(m,i.VALIDATE_STATUS)+`

Material Name: `+t.name+`
Material Type: `+t.type+`

Program Info Log: `+o+`
`+e+`
`+n)}}else o===``?(s===``||c===``)&&(u=!1):L(`WebGLProgram: Program Info Log:`,o);u&&(t.diagnostics={runnable:l,programLog:o,vertexShader:{log:s,prefix:h},fragmentShader:{log:c,prefix:g}})}i.deleteShader(b),i.deleteShader(x),C=new fo(i,m),w=Do(i,m)}let C;this.getUniforms=function(){return C===void 0&&S(this),C};let w;this.getAttributes=function(){return w===void 0&&S(this),w};let T=n.rendererExtensionParallelShaderCompile===!1;return this.isReady=function(){return T===!1&&(T=i.getProgramParameter(m,mo)),T},this.destroy=function(){r.releaseStatesOfProgram(this),i.deleteProgram(m),this.program=void 0},this.type=n.shaderType,this.name=n.shaderName,this.id=ho++,this.cacheKey=t,this.usedTimes=1,this.program=m,this.vertexShader=b,this.fragmentShader=x,this}var Go=0,Ko=class{constructor(){this.shaderCache=new Map,this.materialCache=new Map}update(e,t,n){let r=this._getShaderCacheForMaterial(e);return r.has(t)===!1&&(r.add(t),t.usedTimes++),r.has(n)===!1&&(r.add(n),n.usedTimes++),this}remove(e){let t=this.materialCache.get(e);for(let e of t)e.usedTimes--,e.usedTimes===0&&this.shaderCache.delete(e.code);return this.materialCache.delete(e),this}getVertexShaderStage(e){return this._getShaderStage(e.vertexShader)}getFragmentShaderStage(e){return this._getShaderStage(e.fragmentShader)}dispose(){this.shaderCache.clear(),this.materialCache.clear()}_getShaderCacheForMaterial(e){let t=this.materialCache,n=t.get(e);return n===void 0&&(n=new Set,t.set(e,n)),n}_getShaderStage(e){let t=this.shaderCache,n=t.get(e);return n===void 0&&(n=new qo(e),t.set(e,n)),n}},qo=class{constructor(e){this.id=Go++,this.code=e,this.usedTimes=0}};function Jo(e){return e===1030||e===37490||e===36285}function Yo(e,t,n,r,i,a){let o=new Ze,s=new Ko,c=new Set,l=[],u=new Map,d=r.logarithmicDepthBuffer,f={MeshDepthMaterial:`depth`,MeshDistanceMaterial:`distance`,MeshNormalMaterial:`normal`,MeshBasicMaterial:`basic`,MeshLambertMaterial:`lambert`,MeshPhongMaterial:`phong`,MeshToonMaterial:`toon`,MeshStandardMaterial:`physical`,MeshPhysicalMaterial:`physical`,MeshMatcapMaterial:`matcap`,LineBasicMaterial:`basic`,LineDashedMaterial:`dashed`,PointsMaterial:`points`,ShadowMaterial:`shadow`,SpriteMaterial:`sprite`};function p(e){return c.add(e),e===0?`uv`:`uv${e}`}function m(i,o,l,u,m,h){let g=u.fog,_=m.geometry,v=i.isMeshStandardMaterial||i.isMeshLambertMaterial||i.isMeshPhongMaterial?u.environment:null,y=i.isMeshStandardMaterial||i.isMeshLambertMaterial&&!i.envMap||i.isMeshPhongMaterial&&!i.envMap,b=t.get(i.envMap||v,y),x=f[i.type],S=r.precision;i.precision!==null&&(S=r.getMaxPrecision(i.precision),S!==i.precision&&L(`WebGLProgram.getParameters:`,i.precision,`not supported, using`,S,`instead.`));let C=_.morphAttributes.position||_.morphAttributes.normal||_.morphAttributes.color,w=C===void 0?0:C.length,T=0;_.morphAttributes.position!==void 0&&(T=1),_.morphAttributes.normal!==void 0&&(T=2),_.morphAttributes.color!==void 0&&(T=3);let E,D,O,ee;if(x){let e=Si[x];E=e.vertexShader,D=e.fragmentShader}else{E=i.vertexShader,D=i.fragmentShader;let e=s.getVertexShaderStage(i),t=s.getFragmentShaderStage(i);s.update(i,e,t),O=e.id,ee=t.id}let k=e.getRenderTarget(),te=e.state.buffers.depth.getReversed(),A=m.isInstancedMesh===!0,j=m.isBatchedMesh===!0,M=!!i.map,N=!!i.matcap,ne=!!b,P=ne&&b.isPMREMTexture===!0,F=!!i.aoMap,re=!!i.lightMap,ie=!!i.bumpMap&&i.wireframe===!1,I=!!i.normalMap,ae=!!i.displacementMap,oe=!!i.emissiveMap,R=!!i.metalnessMap,se=!!i.roughnessMap,ce=i.anisotropy>0,le=i.clearcoat>0,ue=i.diffuseRoughness>0,de=i.dispersion>0,fe=i.retroreflectivity>0,pe=i.iridescence>0,me=i.sheen>0,z=i.transmission>0,he=ce&&!!i.anisotropyMap,ge=le&&!!i.clearcoatMap,_e=le&&!!i.clearcoatNormalMap,ve=le&&!!i.clearcoatRoughnessMap,ye=ue&&!!i.diffuseRoughnessMap,be=pe&&!!i.iridescenceMap,B=pe&&!!i.iridescenceThicknessMap,xe=me&&!!i.sheenColorMap,V=me&&!!i.sheenRoughnessMap,Se=!!i.specularMap,Ce=!!i.specularColorMap,H=!!i.specularIntensityMap,we=z&&!!i.transmissionMap,Te=z&&!!i.thicknessMap,Ee=!!i.gradientMap,De=!!i.alphaMap,Oe=i.alphaTest>0,ke=!!i.alphaHash,Ae=!!i.extensions,je=0;i.toneMapped&&(k===null||k.isXRRenderTarget===!0)&&(je=e.toneMapping);let Me=P?b.isCompressedCubeTexture?b.image[0].mipmaps:b.mipmaps:null,Ne={shaderID:x,shaderType:i.type,shaderName:i.name,vertexShader:E,fragmentShader:D,defines:i.defines,customVertexShaderID:O,customFragmentShaderID:ee,isRawShaderMaterial:i.isRawShaderMaterial===!0,glslVersion:i.glslVersion,precision:S,batching:j,batchingColor:j&&m._colorsTexture!==null,instancing:A,instancingColor:A&&m.instanceColor!==null,instancingMorph:A&&m.morphTexture!==null,outputColorSpace:k===null?e.outputColorSpace:k.isXRRenderTarget===!0?k.texture.colorSpace:U.workingColorSpace,alphaToCoverage:!!i.alphaToCoverage,map:M,matcap:N,envMap:ne,envMapMode:ne&&b.mapping,envMapPMREM:P,envMapMaxLod:P?Me.length-1:null,envMapSize:P?Me[0].width:null,aoMap:F,lightMap:re,bumpMap:ie,normalMap:I,displacementMap:ae,emissiveMap:oe,normalMapObjectSpace:I&&i.normalMapType===1,normalMapTangentSpace:I&&i.normalMapType===0,packedNormalMap:I&&i.normalMapType===0&&Jo(i.normalMap.format),metalnessMap:R,roughnessMap:se,anisotropy:ce,anisotropyMap:he,clearcoat:le,clearcoatMap:ge,clearcoatNormalMap:_e,clearcoatRoughnessMap:ve,diffuseRoughness:ue,diffuseRoughnessMap:ye,dispersion:de,retroreflection:fe,iridescence:pe,iridescenceMap:be,iridescenceThicknessMap:B,sheen:me,sheenColorMap:xe,sheenRoughnessMap:V,specularMap:Se,specularColorMap:Ce,specularIntensityMap:H,transmission:z,transmissionMap:we,thicknessMap:Te,gradientMap:Ee,opaque:i.transparent===!1&&i.blending===1&&i.alphaToCoverage===!1,alphaMap:De,alphaTest:Oe,alphaHash:ke,combine:i.combine,mapUv:M&&p(i.map.channel),aoMapUv:F&&p(i.aoMap.channel),lightMapUv:re&&p(i.lightMap.channel),bumpMapUv:ie&&p(i.bumpMap.channel),normalMapUv:I&&p(i.normalMap.channel),displacementMapUv:ae&&p(i.displacementMap.channel),emissiveMapUv:oe&&p(i.emissiveMap.channel),metalnessMapUv:R&&p(i.metalnessMap.channel),roughnessMapUv:se&&p(i.roughnessMap.channel),anisotropyMapUv:he&&p(i.anisotropyMap.channel),clearcoatMapUv:ge&&p(i.clearcoatMap.channel),clearcoatNormalMapUv:_e&&p(i.clearcoatNormalMap.channel),clearcoatRoughnessMapUv:ve&&p(i.clearcoatRoughnessMap.channel),diffuseRoughnessMapUv:ye&&p(i.diffuseRoughnessMap.channel),iridescenceMapUv:be&&p(i.iridescenceMap.channel),iridescenceThicknessMapUv:B&&p(i.iridescenceThicknessMap.channel),sheenColorMapUv:xe&&p(i.sheenColorMap.channel),sheenRoughnessMapUv:V&&p(i.sheenRoughnessMap.channel),specularMapUv:Se&&p(i.specularMap.channel),specularColorMapUv:Ce&&p(i.specularColorMap.channel),specularIntensityMapUv:H&&p(i.specularIntensityMap.channel),transmissionMapUv:we&&p(i.transmissionMap.channel),thicknessMapUv:Te&&p(i.thicknessMap.channel),alphaMapUv:De&&p(i.alphaMap.channel),vertexTangents:!!_.attributes.tangent&&(I||ce),vertexNormals:!!_.attributes.normal,vertexColors:i.vertexColors,vertexAlphas:i.vertexColors===!0&&!!_.attributes.color&&_.attributes.color.itemSize===4,pointsUvs:m.isPoints===!0&&!!_.attributes.uv&&(M||De),fog:!!g,useFog:i.fog===!0,fogExp2:!!g&&g.isFogExp2,flatShading:i.wireframe===!1&&(i.flatShading===!0||_.attributes.normal===void 0&&I===!1&&(i.isMeshLambertMaterial||i.isMeshPhongMaterial||i.isMeshStandardMaterial||i.isMeshPhysicalMaterial)),sizeAttenuation:i.sizeAttenuation===!0,logarithmicDepthBuffer:d,reversedDepthBuffer:te,skinning:m.isSkinnedMesh===!0,hasPositionAttribute:_.attributes.position!==void 0,morphTargets:_.morphAttributes.position!==void 0,morphNormals:_.morphAttributes.normal!==void 0,morphColors:_.morphAttributes.color!==void 0,morphTargetsCount:w,morphTextureStride:T,numSunLights:o.sun.length,numDirLights:o.directional.length,numPointLights:o.point.length,numSpotLights:o.spot.length,numSpotLightMaps:o.spotLightMap.length,numRectAreaLights:o.rectArea.length,numHemiLights:o.hemi.length,numSunLightShadows:o.sunShadowMap.length,numDirLightShadows:o.directionalShadowMap.length,numPointLightShadows:o.pointShadowMap.length,numSpotLightShadows:o.spotShadowMap.length,numSpotLightShadowsWithMaps:o.numSpotLightShadowsWithMaps,numLightProbes:o.numLightProbes,numLightProbeGrids:h.filter(e=>e.texture!==null).length,numClippingPlanes:a.numPlanes,numClipIntersection:a.numIntersection,dithering:i.dithering,shadowMapEnabled:e.shadowMap.enabled&&l.length>0,shadowMapType:e.shadowMap.type,toneMapping:je,decodeVideoTexture:M&&i.map.isVideoTexture===!0&&U.getTransfer(i.map.colorSpace)===`srgb`,decodeVideoTextureEmissive:oe&&i.emissiveMap.isVideoTexture===!0&&U.getTransfer(i.emissiveMap.colorSpace)===`srgb`,premultipliedAlpha:i.premultipliedAlpha,doubleSided:i.side===2,flipSided:i.side===1,useDepthPacking:i.depthPacking>=0,depthPacking:i.depthPacking||0,index0AttributeName:i.index0AttributeName,extensionClipCullDistance:Ae&&i.extensions.clipCullDistance===!0&&n.has(`WEBGL_clip_cull_distance`),extensionMultiDraw:(Ae&&i.extensions.multiDraw===!0||j)&&n.has(`WEBGL_multi_draw`),rendererExtensionParallelShaderCompile:n.has(`KHR_parallel_shader_compile`),customProgramCacheKey:i.customProgramCacheKey()};return Ne.vertexUv1s=c.has(1),Ne.vertexUv2s=c.has(2),Ne.vertexUv3s=c.has(3),c.clear(),Ne}function h(t){let n=[];if(t.shaderID?n.push(t.shaderID):(n.push(t.customVertexShaderID),n.push(t.customFragmentShaderID)),t.defines!==void 0)for(let e in t.defines)n.push(e),n.push(t.defines[e]);return t.isRawShaderMaterial===!1&&(g(n,t),_(n,t),n.push(e.outputColorSpace)),n.push(t.customProgramCacheKey),n.join()}function g(e,t){e.push(t.precision),e.push(t.outputColorSpace),e.push(t.envMapMode),e.push(t.envMapPMREM),e.push(t.envMapMaxLod),e.push(t.envMapSize),e.push(t.mapUv),e.push(t.alphaMapUv),e.push(t.lightMapUv),e.push(t.aoMapUv),e.push(t.bumpMapUv),e.push(t.normalMapUv),e.push(t.displacementMapUv),e.push(t.emissiveMapUv),e.push(t.metalnessMapUv),e.push(t.roughnessMapUv),e.push(t.anisotropyMapUv),e.push(t.clearcoatMapUv),e.push(t.clearcoatNormalMapUv),e.push(t.clearcoatRoughnessMapUv),e.push(t.diffuseRoughnessMapUv),e.push(t.iridescenceMapUv),e.push(t.iridescenceThicknessMapUv),e.push(t.sheenColorMapUv),e.push(t.sheenRoughnessMapUv),e.push(t.specularMapUv),e.push(t.specularColorMapUv),e.push(t.specularIntensityMapUv),e.push(t.transmissionMapUv),e.push(t.thicknessMapUv),e.push(t.combine),e.push(t.fogExp2),e.push(t.sizeAttenuation),e.push(t.morphTargetsCount),e.push(t.numSunLights),e.push(t.numDirLights),e.push(t.numPointLights),e.push(t.numSpotLights),e.push(t.numSpotLightMaps),e.push(t.numHemiLights),e.push(t.numRectAreaLights),e.push(t.numSunLightShadows),e.push(t.numDirLightShadows),e.push(t.numPointLightShadows),e.push(t.numSpotLightShadows),e.push(t.numSpotLightShadowsWithMaps),e.push(t.numLightProbes),e.push(t.numLightProbeGrids),e.push(t.shadowMapType),e.push(t.toneMapping),e.push(t.numClippingPlanes),e.push(t.numClipIntersection),e.push(t.depthPacking)}function _(e,t){o.disableAll(),t.instancing&&o.enable(0),t.instancingColor&&o.enable(1),t.instancingMorph&&o.enable(2),t.matcap&&o.enable(3),t.envMap&&o.enable(4),t.normalMapObjectSpace&&o.enable(5),t.normalMapTangentSpace&&o.enable(6),t.clearcoat&&o.enable(7),t.iridescence&&o.enable(8),t.alphaTest&&o.enable(9),t.vertexColors&&o.enable(10),t.vertexAlphas&&o.enable(11),t.vertexUv1s&&o.enable(12),t.vertexUv2s&&o.enable(13),t.vertexUv3s&&o.enable(14),t.vertexTangents&&o.enable(15),t.anisotropy&&o.enable(16),t.alphaHash&&o.enable(17),t.batching&&o.enable(18),t.dispersion&&o.enable(19),t.retroreflection&&o.enable(24),t.diffuseRoughness&&o.enable(25),t.batchingColor&&o.enable(20),t.gradientMap&&o.enable(21),t.packedNormalMap&&o.enable(22),t.vertexNormals&&o.enable(23),e.push(o.mask),o.disableAll(),t.fog&&o.enable(0),t.useFog&&o.enable(1),t.flatShading&&o.enable(2),t.logarithmicDepthBuffer&&o.enable(3),t.reversedDepthBuffer&&o.enable(4),t.skinning&&o.enable(5),t.morphTargets&&o.enable(6),t.morphNormals&&o.enable(7),t.morphColors&&o.enable(8),t.premultipliedAlpha&&o.enable(9),t.shadowMapEnabled&&o.enable(10),t.doubleSided&&o.enable(11),t.flipSided&&o.enable(12),t.useDepthPacking&&o.enable(13),t.dithering&&o.enable(14),t.transmission&&o.enable(15),t.sheen&&o.enable(16),t.opaque&&o.enable(17),t.pointsUvs&&o.enable(18),t.decodeVideoTexture&&o.enable(19),t.decodeVideoTextureEmissive&&o.enable(20),t.alphaToCoverage&&o.enable(21),t.numLightProbeGrids>0&&o.enable(22),t.hasPositionAttribute&&o.enable(23),e.push(o.mask)}function v(e){let t=f[e.type],n;if(t){let e=Si[t];n=cr.clone(e.uniforms)}else n=e.uniforms;return n}function y(t,n){let r=u.get(n);return r===void 0?(r=new Wo(e,n,t,i),l.push(r),u.set(n,r)):++r.usedTimes,r}function b(e){if(--e.usedTimes===0){let t=l.indexOf(e);l[t]=l[l.length-1],l.pop(),u.delete(e.cacheKey),e.destroy()}}function x(e){s.remove(e)}function S(){s.dispose()}return{getParameters:m,getProgramCacheKey:h,getUniforms:v,acquireProgram:y,releaseProgram:b,releaseShaderCache:x,programs:l,dispose:S}}function Xo(){let e=new WeakMap;function t(t){return e.has(t)}function n(t){let n=e.get(t);return n===void 0&&(n={},e.set(t,n)),n}function r(t){e.delete(t)}function i(t,n,r){e.get(t)[n]=r}function a(){e=new WeakMap}return{has:t,get:n,remove:r,update:i,dispose:a}}function Zo(e,t){return e.groupOrder===t.groupOrder?e.renderOrder===t.renderOrder?e.material.id===t.material.id?e.materialVariant===t.materialVariant?e.z===t.z?e.id-t.id:e.z-t.z:e.materialVariant-t.materialVariant:e.material.id-t.material.id:e.renderOrder-t.renderOrder:e.groupOrder-t.groupOrder}function Qo(e,t){return e.groupOrder===t.groupOrder?e.renderOrder===t.renderOrder?e.z===t.z?e.id-t.id:t.z-e.z:e.renderOrder-t.renderOrder:e.groupOrder-t.groupOrder}function $o(){let e=[],t=0,n=[],r=[],i=[];function a(){t=0,n.length=0,r.length=0,i.length=0}function o(e){let t=0;return e.isInstancedMesh&&(t+=2),e.isSkinnedMesh&&(t+=1),t}function s(n,r,i,a,s,c){let l=e[t];return l===void 0?(l={id:n.id,object:n,geometry:r,material:i,materialVariant:o(n),groupOrder:a,renderOrder:n.renderOrder,z:s,group:c},e[t]=l):(l.id=n.id,l.object=n,l.geometry=r,l.material=i,l.materialVariant=o(n),l.groupOrder=a,l.renderOrder=n.renderOrder,l.z=s,l.group=c),t++,l}function c(e,t,a,o,c,l,u){u.reversedDepth===!0&&(c=-c);let d=s(e,t,a,o,c,l);a.transmission>0?r.push(d):a.transparent===!0?i.push(d):n.push(d)}function l(e,t,a,o,c,l){let u=s(e,t,a,o,c,l);a.transmission>0?r.unshift(u):a.transparent===!0?i.unshift(u):n.unshift(u)}function u(e,t){n.length>1&&n.sort(e||Zo),r.length>1&&r.sort(t||Qo),i.length>1&&i.sort(t||Qo)}function d(){for(let n=t,r=e.length;n<r;n++){let t=e[n];if(t.id===null)break;t.id=null,t.object=null,t.geometry=null,t.material=null,t.group=null}}return{opaque:n,transmissive:r,transparent:i,init:a,push:c,unshift:l,finish:d,sort:u}}function es(){let e=new WeakMap;function t(t,n){let r=e.get(t),i;return r===void 0?(i=new $o,e.set(t,[i])):n>=r.length?(i=new $o,r.push(i)):i=r[n],i}function n(){e=new WeakMap}return{get:t,dispose:n}}function ts(){let e={};return{get:function(t){if(e[t.id]!==void 0)return e[t.id];let n;switch(t.type){case`SunLight`:case`DirectionalLight`:n={direction:new V,color:new J};break;case`SpotLight`:n={position:new V,direction:new V,color:new J,distance:0,coneCos:0,penumbraCos:0,decay:0};break;case`PointLight`:n={position:new V,color:new J,distance:0,decay:0};break;case`HemisphereLight`:n={direction:new V,skyColor:new J,groundColor:new J};break;case`RectAreaLight`:n={color:new J,position:new V,halfWidth:new V,halfHeight:new V}}return e[t.id]=n,n}}}function ns(){let e={};return{get:function(t){if(e[t.id]!==void 0)return e[t.id];let n;switch(t.type){case`SunLight`:case`DirectionalLight`:n={shadowIntensity:1,shadowBias:0,shadowNormalBias:0,shadowRadius:1,shadowMapSize:new B};break;case`SpotLight`:n={shadowIntensity:1,shadowBias:0,shadowNormalBias:0,shadowRadius:1,shadowMapSize:new B};break;case`PointLight`:n={shadowIntensity:1,shadowBias:0,shadowNormalBias:0,shadowRadius:1,shadowMapSize:new B,shadowCameraNear:1,shadowCameraFar:1e3}}return e[t.id]=n,n}}}var rs=0;function is(e,t){return(t.castShadow?2:0)-(e.castShadow?2:0)+ +!!t.map-!!e.map}function as(e){let t=new ts,n=ns(),r={version:0,hash:{sunLength:-1,directionalLength:-1,pointLength:-1,spotLength:-1,rectAreaLength:-1,hemiLength:-1,numSunShadows:-1,numDirectionalShadows:-1,numPointShadows:-1,numSpotShadows:-1,numSpotMaps:-1,numLightProbes:-1},ambient:[0,0,0],probe:[],sun:[],sunShadow:[],sunShadowMap:[],sunShadowMatrix:[],sunShadowCascade:[],directional:[],directionalShadow:[],directionalShadowMap:[],directionalShadowMatrix:[],spot:[],spotLightMap:[],spotShadow:[],spotShadowMap:[],spotLightMatrix:[],rectArea:[],rectAreaLTC1:null,rectAreaLTC2:null,point:[],pointShadow:[],pointShadowMap:[],pointShadowMatrix:[],hemi:[],numSpotLightShadowsWithMaps:0,numLightProbes:0};for(let e=0;e<9;e++)r.probe.push(new V);let i=new V,a=new Ve,o=new Ve;function s(i){let a=0,o=0,s=0;for(let e=0;e<9;e++)r.probe[e].set(0,0,0);let c=0,l=0,u=0,d=0,f=0,p=0,m=0,h=0,g=0,_=0,v=0,y=0,b=0,x=0;i.sort(is);for(let e=0,S=i.length;e<S;e++){let S=i[e],C=S.color,w=S.intensity,T=S.distance,E=null;if(S.shadow&&S.shadow.map&&(E=S.shadow.map.texture.format===1030?S.shadow.map.texture:S.shadow.map.depthTexture||S.shadow.map.texture),S.isAmbientLight)a+=C.r*w,o+=C.g*w,s+=C.b*w;else if(S.isLightProbe){for(let e=0;e<9;e++)r.probe[e].addScaledVector(S.sh.coefficients[e],w);x++}else if(S.isSunLight){let e=t.get(S);if(e.color.copy(S.color).multiplyScalar(S.intensity),S.castShadow){let e=S.shadow,t=n.get(S);t.shadowIntensity=e.intensity,t.shadowBias=e.bias,t.shadowNormalBias=e.normalBias,t.shadowRadius=e.radius,t.shadowMapSize.copy(e.mapSize).multiply(e.getFrameExtents()),r.sunShadow[l]=t,r.sunShadowMap[l]=E;let i=e.getViewportCount();for(let t=0;t<i;t++)r.sunShadowMatrix[u+t]=e.getMatrix(t),r.sunShadowCascade[u+t]=e._cascadeData[t];u+=i,l++}r.sun[c]=e,c++}else if(S.isDirectionalLight){let e=t.get(S);if(e.color.copy(S.color).multiplyScalar(S.intensity),S.castShadow){let e=S.shadow,t=n.get(S);t.shadowIntensity=e.intensity,t.shadowBias=e.bias,t.shadowNormalBias=e.normalBias,t.shadowRadius=e.radius,t.shadowMapSize=e.mapSize,r.directionalShadow[d]=t,r.directionalShadowMap[d]=E,r.directionalShadowMatrix[d]=S.shadow.matrix,g++}r.directional[d]=e,d++}else if(S.isSpotLight){let e=t.get(S);e.position.setFromMatrixPosition(S.matrixWorld),e.color.copy(C).multiplyScalar(w),e.distance=T,e.coneCos=Math.cos(S.angle),e.penumbraCos=Math.cos(S.angle*(1-S.penumbra)),e.decay=S.decay,r.spot[p]=e;let i=S.shadow;if(S.map&&(r.spotLightMap[y]=S.map,y++,i.updateMatrices(S),S.castShadow&&b++),r.spotLightMatrix[p]=i.matrix,S.castShadow){let e=n.get(S);e.shadowIntensity=i.intensity,e.shadowBias=i.bias,e.shadowNormalBias=i.normalBias,e.shadowRadius=i.radius,e.shadowMapSize=i.mapSize,r.spotShadow[p]=e,r.spotShadowMap[p]=E,v++}p++}else if(S.isRectAreaLight){let e=t.get(S);e.color.copy(C).multiplyScalar(w),e.halfWidth.set(S.width*.5,0,0),e.halfHeight.set(0,S.height*.5,0),r.rectArea[m]=e,m++}else if(S.isPointLight){let e=t.get(S);if(e.color.copy(S.color).multiplyScalar(S.intensity),e.distance=S.distance,e.decay=S.decay,S.castShadow){let e=S.shadow,t=n.get(S);t.shadowIntensity=e.intensity,t.shadowBias=e.bias,t.shadowNormalBias=e.normalBias,t.shadowRadius=e.radius,t.shadowMapSize=e.mapSize,t.shadowCameraNear=e.camera.near,t.shadowCameraFar=e.camera.far,r.pointShadow[f]=t,r.pointShadowMap[f]=E,r.pointShadowMatrix[f]=S.shadow.matrix,_++}r.point[f]=e,f++}else if(S.isHemisphereLight){let e=t.get(S);e.skyColor.copy(S.color).multiplyScalar(w),e.groundColor.copy(S.groundColor).multiplyScalar(w),r.hemi[h]=e,h++}}m>0&&(e.has(`OES_texture_float_linear`)===!0?(r.rectAreaLTC1=X.LTC_FLOAT_1,r.rectAreaLTC2=X.LTC_FLOAT_2):(r.rectAreaLTC1=X.LTC_HALF_1,r.rectAreaLTC2=X.LTC_HALF_2)),r.ambient[0]=a,r.ambient[1]=o,r.ambient[2]=s;let S=r.hash;(S.sunLength!==c||S.directionalLength!==d||S.pointLength!==f||S.spotLength!==p||S.rectAreaLength!==m||S.hemiLength!==h||S.numSunShadows!==l||S.numDirectionalShadows!==g||S.numPointShadows!==_||S.numSpotShadows!==v||S.numSpotMaps!==y||S.numLightProbes!==x)&&(r.sun.length=c,r.directional.length=d,r.spot.length=p,r.rectArea.length=m,r.point.length=f,r.hemi.length=h,r.sunShadow.length=l,r.sunShadowMap.length=l,r.sunShadowMatrix.length=u,r.sunShadowCascade.length=u,r.directionalShadow.length=g,r.directionalShadowMap.length=g,r.directionalShadowMatrix.length=g,r.pointShadow.length=_,r.pointShadowMap.length=_,r.pointShadowMatrix.length=_,r.spotShadow.length=v,r.spotShadowMap.length=v,r.spotLightMatrix.length=v+y-b,r.spotLightMap.length=y,r.numSpotLightShadowsWithMaps=b,r.numLightProbes=x,S.sunLength=c,S.directionalLength=d,S.pointLength=f,S.spotLength=p,S.rectAreaLength=m,S.hemiLength=h,S.numSunShadows=l,S.numDirectionalShadows=g,S.numPointShadows=_,S.numSpotShadows=v,S.numSpotMaps=y,S.numLightProbes=x,r.version=rs++)}function c(e,t){let n=0,s=0,c=0,l=0,u=0,d=0,f=t.matrixWorldInverse;for(let t=0,p=e.length;t<p;t++){let p=e[t];if(p.isSunLight){let e=r.sun[n];e.direction.setFromMatrixPosition(p.matrixWorld),e.direction.transformDirection(f),n++}else if(p.isDirectionalLight){let e=r.directional[s];e.direction.setFromMatrixPosition(p.matrixWorld),i.setFromMatrixPosition(p.target.matrixWorld),e.direction.sub(i),e.direction.transformDirection(f),s++}else if(p.isSpotLight){let e=r.spot[l];e.position.setFromMatrixPosition(p.matrixWorld),e.position.applyMatrix4(f),e.direction.setFromMatrixPosition(p.matrixWorld),i.setFromMatrixPosition(p.target.matrixWorld),e.direction.sub(i),e.direction.transformDirection(f),l++}else if(p.isRectAreaLight){let e=r.rectArea[u];e.position.setFromMatrixPosition(p.matrixWorld),e.position.applyMatrix4(f),o.identity(),a.copy(p.matrixWorld),a.premultiply(f),o.extractRotation(a),e.halfWidth.set(p.width*.5,0,0),e.halfHeight.set(0,p.height*.5,0),e.halfWidth.applyMatrix4(o),e.halfHeight.applyMatrix4(o),u++}else if(p.isPointLight){let e=r.point[c];e.position.setFromMatrixPosition(p.matrixWorld),e.position.applyMatrix4(f),c++}else if(p.isHemisphereLight){let e=r.hemi[d];e.direction.setFromMatrixPosition(p.matrixWorld),e.direction.transformDirection(f),d++}}}return{setup:s,setupView:c,state:r}}function os(e){let t=new as(e),n=[],r=[],i=[];function a(e){u.camera=e,n.length=0,r.length=0,i.length=0}function o(e){e.isLightProbeGrid?i.push(e):n.push(e)}function s(e){r.push(e)}function c(){t.setup(n),i.sort((e,t)=>e.priority-t.priority||e.id-t.id)}function l(e){t.setupView(n,e)}let u={lightsArray:n,shadowsArray:r,lightProbeGridArray:i,camera:null,lights:t,transmissionRenderTarget:{},textureUnits:0};return{init:a,state:u,setupLights:c,setupLightsView:l,pushLight:o,pushShadow:s}}function ss(e){let t=new WeakMap;function n(n,r=0){let i=t.get(n),a;return i===void 0?(a=new os(e),t.set(n,[a])):r>=i.length?(a=new os(e),i.push(a)):a=i[r],a}function r(){t=new WeakMap}return{get:n,dispose:r}}var cs=`void main() {
	gl_Position = vec4( position, 1.0 );
}`,ls=`uniform sampler2D shadow_pass;
uniform vec2 resolution;
uniform float radius;
void main() {
	const float samples = float( VSM_SAMPLES );
	float mean = 0.0;
	float squared_mean = 0.0;
	float uvStride = samples <= 1.0 ? 0.0 : 2.0 / ( samples - 1.0 );
	float uvStart = samples <= 1.0 ? 0.0 : - 1.0;
	for ( float i = 0.0; i < samples; i ++ ) {
		float uvOffset = uvStart + i * uvStride;
		#ifdef HORIZONTAL_PASS
			vec2 distribution = texture2D( shadow_pass, ( gl_FragCoord.xy + vec2( uvOffset, 0.0 ) * radius ) / resolution ).rg;
			mean += distribution.x;
			squared_mean += distribution.y * distribution.y + distribution.x * distribution.x;
		#else
			float depth = texture2D( shadow_pass, ( gl_FragCoord.xy + vec2( 0.0, uvOffset ) * radius ) / resolution ).r;
			mean += depth;
			squared_mean += depth * depth;
		#endif
	}
	mean = mean / samples;
	squared_mean = squared_mean / samples;
	float std_dev = sqrt( max( 0.0, squared_mean - mean * mean ) );
	gl_FragColor = vec4( mean, std_dev, 0.0, 1.0 );
}`,us=[new V(1,0,0),new V(-1,0,0),new V(0,1,0),new V(0,-1,0),new V(0,0,1),new V(0,0,-1)],ds=[new V(0,-1,0),new V(0,-1,0),new V(0,0,1),new V(0,0,-1),new V(0,-1,0),new V(0,-1,0)],fs=new Ve,ps=new V,ms=new V;function hs(e,t,n){let r=new Jn,i=new B,s=new B,c=new Le,l=new mr,p=new hr,m={},h=n.maxTextureSize,g={0:1,1:0,2:2},v=new dr({defines:{VSM_SAMPLES:8},uniforms:{shadow_pass:{value:null},resolution:{value:new B},radius:{value:4}},vertexShader:cs,fragmentShader:ls}),y=v.clone();y.defines.HORIZONTAL_PASS=1;let x=new _n;x.setAttribute(`position`,new tn(new Float32Array([-1,-1,.5,3,-1,.5,-1,3,.5]),3));let S=new Vn(x,v),C=this;this.enabled=!1,this.autoUpdate=!0,this.needsUpdate=!1,this.type=1;let w=this.type;this.render=function(t,n,l){if(C.enabled===!1||C.autoUpdate===!1&&C.needsUpdate===!1||t.length===0)return;this.type===2&&(L(`WebGLShadowMap: PCFSoftShadowMap has been removed. Using PCFShadowMap instead.`),this.type=1);let p=e.getRenderTarget(),m=e.getActiveCubeFace(),g=e.getActiveMipmapLevel(),v=e.state;v.setBlending(0),v.buffers.depth.getReversed()===!0?v.buffers.color.setClear(0,0,0,0):v.buffers.color.setClear(1,1,1,1),v.buffers.depth.setTest(!0),v.setScissorTest(!1);let y=w!==this.type;y&&n.traverse(function(e){e.material&&(Array.isArray(e.material)?e.material.forEach(e=>e.needsUpdate=!0):e.material.needsUpdate=!0)});for(let p=0,m=t.length;p<m;p++){let m=t[p],g=m.shadow;if(g===void 0){L(`WebGLShadowMap:`,m,`has no shadow.`);continue}if(g.autoUpdate===!1&&g.needsUpdate===!1)continue;i.copy(g.mapSize);let x=g.getFrameExtents();i.multiply(x),s.copy(g.mapSize),(i.x>h||i.y>h)&&(i.x>h&&(s.x=Math.floor(h/x.x),i.x=s.x*x.x,g.mapSize.x=s.x),i.y>h&&(s.y=Math.floor(h/x.y),i.y=s.y*x.y,g.mapSize.y=s.y));let S=e.state.buffers.depth.getReversed();if(g.camera._reversedDepth=S,g.map===null||y===!0){if(g.map!==null&&(g.map.depthTexture!==null&&(g.map.depthTexture.dispose(),g.map.depthTexture=null),g.map.dispose()),this.type===3){if(m.isPointLight){L(`WebGLShadowMap: VSM shadow maps are not supported for PointLights. Use PCF or BasicShadowMap instead.`);continue}g.map=new ze(i.x,i.y,{format:b,type:f,minFilter:o,magFilter:o,generateMipmaps:!1}),g.map.texture.name=m.name+`.shadowMap`,g.map.depthTexture=new Qn(i.x,i.y,d),g.map.depthTexture.name=m.name+`.shadowMapDepth`,g.map.depthTexture.format=_,g.map.depthTexture.compareFunction=null,g.map.depthTexture.minFilter=a,g.map.depthTexture.magFilter=a}else m.isPointLight?(g.map=new ji(i.x),g.map.depthTexture=new $n(i.x,u)):(g.map=new ze(i.x,i.y),g.map.depthTexture=new Qn(i.x,i.y,u)),g.map.depthTexture.name=m.name+`.shadowMap`,g.map.depthTexture.format=_,this.type===1?(g.map.depthTexture.compareFunction=S?518:515,g.map.depthTexture.minFilter=o,g.map.depthTexture.magFilter=o):(g.map.depthTexture.compareFunction=null,g.map.depthTexture.minFilter=a,g.map.depthTexture.magFilter=a);g.camera.updateProjectionMatrix()}g.map.isWebGLCubeRenderTarget!==!0&&(g.map.width!==i.x||g.map.height!==i.y)&&g.map.setSize(i.x,i.y);let C=g.map.isWebGLCubeRenderTarget?6:g.getViewportCount();m.isPointLight!==!0&&g.updateMatrices(m,l);let w=g.camera.layers.mask&4294967294?g.camera.layers:l.layers;for(let t=0;t<C;t++){let i=g.getCamera(t);if(m.isPointLight){let e=g.camera,n=g.matrix,r=m.distance||e.far;r!==e.far&&(e.far=r,e.updateProjectionMatrix()),ps.setFromMatrixPosition(m.matrixWorld),e.position.copy(ps),ms.copy(e.position),ms.add(us[t]),e.up.copy(ds[t]),e.lookAt(ms),e.updateMatrixWorld(),n.makeTranslation(-ps.x,-ps.y,-ps.z),fs.multiplyMatrices(e.projectionMatrix,e.matrixWorldInverse),g._frustum.setFromProjectionMatrix(fs,e.coordinateSystem,e.reversedDepth)}if(g.map.isWebGLCubeRenderTarget)e.setRenderTarget(g.map,t),e.clear();else{t===0&&(e.setRenderTarget(g.map),e.clear());let n=g.getViewport(t);c.set(s.x*n.x,s.y*n.y,s.x*n.z,s.y*n.w),v.viewport(c)}r=g.getFrustum(t),D(n,l,i,m,w,this.type)}g.isPointLightShadow!==!0&&this.type===3&&T(g,l),g.needsUpdate=!1}w=this.type,C.needsUpdate=!1,e.setRenderTarget(p,m,g)};function T(n,r){let a=t.update(S);v.defines.VSM_SAMPLES!==n.blurSamples&&(v.defines.VSM_SAMPLES=n.blurSamples,y.defines.VSM_SAMPLES=n.blurSamples,v.needsUpdate=!0,y.needsUpdate=!0),n.mapPass===null?n.mapPass=new ze(i.x,i.y,{format:b,type:f}):(n.mapPass.width!==n.map.width||n.mapPass.height!==n.map.height)&&n.mapPass.setSize(n.map.width,n.map.height),v.uniforms.shadow_pass.value=n.map.depthTexture,v.uniforms.resolution.value.set(n.map.width,n.map.height),v.uniforms.radius.value=n.radius,e.setRenderTarget(n.mapPass),e.clear(),e.renderBufferDirect(r,null,a,v,S,null),y.uniforms.shadow_pass.value=n.mapPass.texture,y.uniforms.resolution.value.set(n.map.width,n.map.height),y.uniforms.radius.value=n.radius,e.setRenderTarget(n.map),e.clear(),e.renderBufferDirect(r,null,a,y,S,null)}function E(t,n,r,i){let a=null,o=r.isPointLight===!0?t.customDistanceMaterial:t.customDepthMaterial;if(o!==void 0)a=o;else if(a=r.isPointLight===!0?p:l,e.localClippingEnabled&&n.clipShadows===!0&&Array.isArray(n.clippingPlanes)&&n.clippingPlanes.length!==0||n.displacementMap&&n.displacementScale!==0||n.alphaMap&&n.alphaTest>0||n.map&&n.alphaTest>0||n.alphaToCoverage===!0){let e=a.uuid,t=n.uuid,r=m[e];r===void 0&&(r={},m[e]=r);let i=r[t];i===void 0&&(i=a.clone(),r[t]=i,n.addEventListener(`dispose`,O)),a=i}if(a.visible=n.visible,a.wireframe=n.wireframe,i===3?a.side=n.shadowSide===null?n.side:n.shadowSide:a.side=n.shadowSide===null?g[n.side]:n.shadowSide,a.alphaMap=n.alphaMap,a.alphaTest=n.alphaToCoverage===!0?.5:n.alphaTest,a.map=n.map,a.clipShadows=n.clipShadows,a.clippingPlanes=n.clippingPlanes,a.clipIntersection=n.clipIntersection,a.displacementMap=n.displacementMap,a.displacementScale=n.displacementScale,a.displacementBias=n.displacementBias,a.wireframeLinewidth=n.wireframeLinewidth,a.linewidth=n.linewidth,r.isPointLight===!0&&a.isMeshDistanceMaterial===!0){let t=e.properties.get(a);t.light=r}return a}function D(n,i,a,o,s,c){if(n.visible===!1)return;if(n.layers.test(s)&&(n.isMesh||n.isLine||n.isPoints)&&(n.castShadow||n.receiveShadow&&c===3)&&(!n.frustumCulled||n.intersectsFrustum(r))){n.modelViewMatrix.multiplyMatrices(a.matrixWorldInverse,n.matrixWorld);let r=t.update(n),s=n.material;if(Array.isArray(s)){let t=r.groups;for(let l=0,u=t.length;l<u;l++){let u=t[l],d=s[u.materialIndex];if(d&&d.visible){let t=E(n,d,o,c);n.onBeforeShadow(e,n,i,a,r,t,u),e.renderBufferDirect(a,null,r,t,n,u),n.onAfterShadow(e,n,i,a,r,t,u)}}}else if(s.visible){let t=E(n,s,o,c);n.onBeforeShadow(e,n,i,a,r,t,null),e.renderBufferDirect(a,null,r,t,n,null),n.onAfterShadow(e,n,i,a,r,t,null)}}let l=n.children;for(let e=0,t=l.length;e<t;e++)D(l[e],i,a,o,s,c)}function O(e){e.target.removeEventListener(`dispose`,O);for(let t in m){let n=m[t],r=e.target.uuid;r in n&&(n[r].dispose(),delete n[r])}}}function gs(e,t){function n(){let t=!1,n=new Le,r=null,i=new Le(0,0,0,0);return{setMask:function(n){r!==n&&!t&&(e.colorMask(n,n,n,n),r=n)},setLocked:function(e){t=e},setClear:function(t,r,a,o,s){s===!0&&(t*=o,r*=o,a*=o),n.set(t,r,a,o),i.equals(n)===!1&&(e.clearColor(t,r,a,o),i.copy(n))},reset:function(){t=!1,r=null,i.set(-1,0,0,0)}}}function r(){let n=!1,r=!1,i=null,a=null,o=null;return{setReversed:function(e){if(r!==e){let n=t.get(`EXT_clip_control`);e?n.clipControlEXT(n.LOWER_LEFT_EXT,n.ZERO_TO_ONE_EXT):n.clipControlEXT(n.LOWER_LEFT_EXT,n.NEGATIVE_ONE_TO_ONE_EXT),r=e;let i=o;o=null,this.setClear(i)}},getReversed:function(){return r},setTest:function(t){t?L(e.DEPTH_TEST):se(e.DEPTH_TEST)},setMask:function(t){i!==t&&!n&&(e.depthMask(t),i=t)},setFunc:function(t){if(r&&(t=le[t]),a!==t){switch(t){case 0:e.depthFunc(e.NEVER);break;case 1:e.depthFunc(e.ALWAYS);break;case 2:e.depthFunc(e.LESS);break;case 3:e.depthFunc(e.LEQUAL);break;case 4:e.depthFunc(e.EQUAL);break;case 5:e.depthFunc(e.GEQUAL);break;case 6:e.depthFunc(e.GREATER);break;case 7:e.depthFunc(e.NOTEQUAL);break;default:e.depthFunc(e.LEQUAL)}a=t}},setLocked:function(e){n=e},setClear:function(t){o!==t&&(o=t,r&&(t=1-t),e.clearDepth(t))},reset:function(){n=!1,i=null,a=null,o=null,r=!1}}}function i(){let t=!1,n=null,r=null,i=null,a=null,o=null,s=null,c=null,l=null;return{setTest:function(n){t||(n?L(e.STENCIL_TEST):se(e.STENCIL_TEST))},setMask:function(r){n!==r&&!t&&(e.stencilMask(r),n=r)},setFunc:function(t,n,o){(r!==t||i!==n||a!==o)&&(e.stencilFunc(t,n,o),r=t,i=n,a=o)},setOp:function(t,n,r){(o!==t||s!==n||c!==r)&&(e.stencilOp(t,n,r),o=t,s=n,c=r)},setLocked:function(e){t=e},setClear:function(t){l!==t&&(e.clearStencil(t),l=t)},reset:function(){t=!1,n=null,r=null,i=null,a=null,o=null,s=null,c=null,l=null}}}let a=new n,o=new r,s=new i,c={},l=new WeakMap,u={},d={},f={},p=new WeakMap,m=[],h=null,g=!1,_=null,v=null,y=null,b=null,x=null,S=null,C=null,w=new J(0,0,0),T=0,E=!1,D=null,O=null,ee=null,k=null,te=null,A=e.getParameter(e.MAX_COMBINED_TEXTURE_IMAGE_UNITS),j=!1,M=0,N=e.getParameter(e.VERSION);N.indexOf(`WebGL`)===-1?N.indexOf(`OpenGL ES`)!==-1&&(M=parseFloat(/^OpenGL ES (\d)/.exec(N)[1]),j=M>=2):(M=parseFloat(/^WebGL (\d)/.exec(N)[1]),j=M>=1);let ne=null,P={},F=e.getParameter(e.SCISSOR_BOX),re=e.getParameter(e.VIEWPORT),ie=new Le().fromArray(F),I=new Le().fromArray(re);function ae(t,n,r,i){let a=new Uint8Array(4),o=e.createTexture();e.bindTexture(t,o),e.texParameteri(t,e.TEXTURE_MIN_FILTER,e.NEAREST),e.texParameteri(t,e.TEXTURE_MAG_FILTER,e.NEAREST);for(let o=0;o<r;o++)t===e.TEXTURE_3D||t===e.TEXTURE_2D_ARRAY?e.texImage3D(n,0,e.RGBA,1,1,i,0,e.RGBA,e.UNSIGNED_BYTE,a):e.texImage2D(n+o,0,e.RGBA,1,1,0,e.RGBA,e.UNSIGNED_BYTE,a);return o}let oe={};oe[e.TEXTURE_2D]=ae(e.TEXTURE_2D,e.TEXTURE_2D,1),oe[e.TEXTURE_CUBE_MAP]=ae(e.TEXTURE_CUBE_MAP,e.TEXTURE_CUBE_MAP_POSITIVE_X,6),oe[e.TEXTURE_2D_ARRAY]=ae(e.TEXTURE_2D_ARRAY,e.TEXTURE_2D_ARRAY,1,1),oe[e.TEXTURE_3D]=ae(e.TEXTURE_3D,e.TEXTURE_3D,1,1),a.setClear(0,0,0,1),o.setClear(1),s.setClear(0),L(e.DEPTH_TEST),o.setFunc(3),he(!1),ge(1),L(e.CULL_FACE),me(0);function L(t){u[t]!==!0&&(e.enable(t),u[t]=!0)}function se(t){u[t]!==!1&&(e.disable(t),u[t]=!1)}function ce(t,n){return f[t]!==n&&(e.bindFramebuffer(t,n),f[t]=n,t===e.DRAW_FRAMEBUFFER&&(f[e.FRAMEBUFFER]=n),t===e.FRAMEBUFFER&&(f[e.DRAW_FRAMEBUFFER]=n),!0)}function ue(t,n){let r=m,i=!1;if(t){r=p.get(n),r===void 0&&(r=[],p.set(n,r));let a=t.textures;if(r.length!==a.length||r[0]!==e.COLOR_ATTACHMENT0){for(let t=0,n=a.length;t<n;t++)r[t]=e.COLOR_ATTACHMENT0+t;r.length=a.length,i=!0}}else r[0]!==e.BACK&&(r[0]=e.BACK,i=!0);i&&e.drawBuffers(r)}function de(t){return h!==t&&(e.useProgram(t),h=t,!0)}let fe={100:e.FUNC_ADD,101:e.FUNC_SUBTRACT,102:e.FUNC_REVERSE_SUBTRACT};fe[103]=e.MIN,fe[104]=e.MAX;let pe={200:e.ZERO,201:e.ONE,202:e.SRC_COLOR,204:e.SRC_ALPHA,210:e.SRC_ALPHA_SATURATE,208:e.DST_COLOR,206:e.DST_ALPHA,203:e.ONE_MINUS_SRC_COLOR,205:e.ONE_MINUS_SRC_ALPHA,209:e.ONE_MINUS_DST_COLOR,207:e.ONE_MINUS_DST_ALPHA,211:e.CONSTANT_COLOR,212:e.ONE_MINUS_CONSTANT_COLOR,213:e.CONSTANT_ALPHA,214:e.ONE_MINUS_CONSTANT_ALPHA};function me(t,n,r,i,a,o,s,c,l,u){if(t===0)g===!0&&(se(e.BLEND),g=!1);else if(g===!1&&(L(e.BLEND),g=!0),t!==5){if(t!==_||u!==E){if((v!==100||x!==100)&&(e.blendEquation(e.FUNC_ADD),v=100,x=100),u)switch(t){case 1:e.blendFuncSeparate(e.ONE,e.ONE_MINUS_SRC_ALPHA,e.ONE,e.ONE_MINUS_SRC_ALPHA);break;case 2:e.blendFunc(e.ONE,e.ONE);break;case 3:e.blendFuncSeparate(e.ZERO,e.ONE_MINUS_SRC_COLOR,e.ZERO,e.ONE);break;case 4:e.blendFuncSeparate(e.DST_COLOR,e.ONE_MINUS_SRC_ALPHA,e.ZERO,e.ONE);break;default:R(`WebGLState: Invalid blending: `,t)}else switch(t){case 1:e.blendFuncSeparate(e.SRC_ALPHA,e.ONE_MINUS_SRC_ALPHA,e.ONE,e.ONE_MINUS_SRC_ALPHA);break;case 2:e.blendFuncSeparate(e.SRC_ALPHA,e.ONE,e.ONE,e.ONE);break;case 3:R(`WebGLState: SubtractiveBlending requires material.premultipliedAlpha = true`);break;case 4:R(`WebGLState: MultiplyBlending requires material.premultipliedAlpha = true`);break;default:R(`WebGLState: Invalid blending: `,t)}y=null,b=null,S=null,C=null,w.set(0,0,0),T=0,_=t,E=u}}else a||=n,o||=r,s||=i,(n!==v||a!==x)&&(e.blendEquationSeparate(fe[n],fe[a]),v=n,x=a),(r!==y||i!==b||o!==S||s!==C)&&(e.blendFuncSeparate(pe[r],pe[i],pe[o],pe[s]),y=r,b=i,S=o,C=s),(c.equals(w)===!1||l!==T)&&(e.blendColor(c.r,c.g,c.b,l),w.copy(c),T=l),_=t,E=!1}function z(t,n){t.side===2?se(e.CULL_FACE):L(e.CULL_FACE);let r=t.side===1;n&&(r=!r),he(r),t.blending===1&&t.transparent===!1?me(0):me(t.blending,t.blendEquation,t.blendSrc,t.blendDst,t.blendEquationAlpha,t.blendSrcAlpha,t.blendDstAlpha,t.blendColor,t.blendAlpha,t.premultipliedAlpha),o.setFunc(t.depthFunc),o.setTest(t.depthTest),o.setMask(t.depthWrite),a.setMask(t.colorWrite);let i=t.stencilWrite;s.setTest(i),i&&(s.setMask(t.stencilWriteMask),s.setFunc(t.stencilFunc,t.stencilRef,t.stencilFuncMask),s.setOp(t.stencilFail,t.stencilZFail,t.stencilZPass)),ve(t.polygonOffset,t.polygonOffsetFactor,t.polygonOffsetUnits),t.alphaToCoverage===!0?L(e.SAMPLE_ALPHA_TO_COVERAGE):se(e.SAMPLE_ALPHA_TO_COVERAGE)}function he(t){D!==t&&(t?e.frontFace(e.CW):e.frontFace(e.CCW),D=t)}function ge(t){t===0?se(e.CULL_FACE):(L(e.CULL_FACE),t!==O&&(t===1?e.cullFace(e.BACK):t===2?e.cullFace(e.FRONT):e.cullFace(e.FRONT_AND_BACK))),O=t}function _e(t){t!==ee&&(j&&e.lineWidth(t),ee=t)}function ve(t,n,r){t?(L(e.POLYGON_OFFSET_FILL),(k!==n||te!==r)&&(k=n,te=r,o.getReversed()&&(n=-n,r=-r),e.polygonOffset(n,r))):se(e.POLYGON_OFFSET_FILL)}function ye(t){t?L(e.SCISSOR_TEST):se(e.SCISSOR_TEST)}function be(t){t===void 0&&(t=e.TEXTURE0+A-1),ne!==t&&(e.activeTexture(t),ne=t)}function B(t,n,r){r===void 0&&(r=ne===null?e.TEXTURE0+A-1:ne);let i=P[r];i===void 0&&(i={type:void 0,texture:void 0},P[r]=i),(i.type!==t||i.texture!==n)&&(ne!==r&&(e.activeTexture(r),ne=r),e.bindTexture(t,n||oe[t]),i.type=t,i.texture=n)}function xe(){let t=P[ne];t!==void 0&&t.type!==void 0&&(e.bindTexture(t.type,null),t.type=void 0,t.texture=void 0)}function V(){try{e.compressedTexImage2D(...arguments)}catch(e){R(`WebGLState:`,e)}}function Se(){try{e.compressedTexImage3D(...arguments)}catch(e){R(`WebGLState:`,e)}}function Ce(){try{e.texSubImage2D(...arguments)}catch(e){R(`WebGLState:`,e)}}function H(){try{e.texSubImage3D(...arguments)}catch(e){R(`WebGLState:`,e)}}function we(){try{e.compressedTexSubImage2D(...arguments)}catch(e){R(`WebGLState:`,e)}}function Te(){try{e.compressedTexSubImage3D(...arguments)}catch(e){R(`WebGLState:`,e)}}function Ee(){try{e.texStorage2D(...arguments)}catch(e){R(`WebGLState:`,e)}}function De(){try{e.texStorage3D(...arguments)}catch(e){R(`WebGLState:`,e)}}function U(){try{e.texImage2D(...arguments)}catch(e){R(`WebGLState:`,e)}}function Oe(){try{e.texImage3D(...arguments)}catch(e){R(`WebGLState:`,e)}}function ke(t){return d[t]===void 0?e.getParameter(t):d[t]}function Ae(t,n){d[t]!==n&&(e.pixelStorei(t,n),d[t]=n)}function je(t){ie.equals(t)===!1&&(e.scissor(t.x,t.y,t.z,t.w),ie.copy(t))}function Me(t){I.equals(t)===!1&&(e.viewport(t.x,t.y,t.z,t.w),I.copy(t))}function Ne(t,n){let r=l.get(n);r===void 0&&(r=new WeakMap,l.set(n,r));let i=r.get(t);i===void 0&&(i=e.getUniformBlockIndex(n,t.name),e.uniformBlockBinding(n,i,i),r.set(t,i))}function Pe(t,n,r){let i=l.get(n).get(t);c[i]!==r&&(e.bindBufferBase(e.UNIFORM_BUFFER,i,r),c[i]=r)}function W(){e.disable(e.BLEND),e.disable(e.CULL_FACE),e.disable(e.DEPTH_TEST),e.disable(e.POLYGON_OFFSET_FILL),e.disable(e.SCISSOR_TEST),e.disable(e.STENCIL_TEST),e.disable(e.SAMPLE_ALPHA_TO_COVERAGE),e.blendEquation(e.FUNC_ADD),e.blendFunc(e.ONE,e.ZERO),e.blendFuncSeparate(e.ONE,e.ZERO,e.ONE,e.ZERO),e.blendColor(0,0,0,0),e.colorMask(!0,!0,!0,!0),e.clearColor(0,0,0,0),e.depthMask(!0),e.depthFunc(e.LESS),o.setReversed(!1),e.clearDepth(1),e.stencilMask(4294967295),e.stencilFunc(e.ALWAYS,0,4294967295),e.stencilOp(e.KEEP,e.KEEP,e.KEEP),e.clearStencil(0),e.cullFace(e.BACK),e.frontFace(e.CCW),e.polygonOffset(0,0),e.activeTexture(e.TEXTURE0),e.bindFramebuffer(e.FRAMEBUFFER,null),e.bindFramebuffer(e.DRAW_FRAMEBUFFER,null),e.bindFramebuffer(e.READ_FRAMEBUFFER,null),e.useProgram(null),e.lineWidth(1),e.scissor(0,0,e.canvas.width,e.canvas.height),e.viewport(0,0,e.canvas.width,e.canvas.height),e.pixelStorei(e.PACK_ALIGNMENT,4),e.pixelStorei(e.UNPACK_ALIGNMENT,4),e.pixelStorei(e.UNPACK_FLIP_Y_WEBGL,!1),e.pixelStorei(e.UNPACK_PREMULTIPLY_ALPHA_WEBGL,!1),e.pixelStorei(e.UNPACK_COLORSPACE_CONVERSION_WEBGL,e.BROWSER_DEFAULT_WEBGL),e.pixelStorei(e.PACK_ROW_LENGTH,0),e.pixelStorei(e.PACK_SKIP_PIXELS,0),e.pixelStorei(e.PACK_SKIP_ROWS,0),e.pixelStorei(e.UNPACK_ROW_LENGTH,0),e.pixelStorei(e.UNPACK_IMAGE_HEIGHT,0),e.pixelStorei(e.UNPACK_SKIP_PIXELS,0),e.pixelStorei(e.UNPACK_SKIP_ROWS,0),e.pixelStorei(e.UNPACK_SKIP_IMAGES,0),u={},d={},ne=null,P={},f={},c={},p=new WeakMap,m=[],h=null,g=!1,_=null,v=null,y=null,b=null,x=null,S=null,C=null,w=new J(0,0,0),T=0,E=!1,D=null,O=null,ee=null,k=null,te=null,ie.set(0,0,e.canvas.width,e.canvas.height),I.set(0,0,e.canvas.width,e.canvas.height),a.reset(),o.reset(),s.reset()}return{buffers:{color:a,depth:o,stencil:s},enable:L,disable:se,bindFramebuffer:ce,drawBuffers:ue,useProgram:de,setBlending:me,setMaterial:z,setFlipSided:he,setCullFace:ge,setLineWidth:_e,setPolygonOffset:ve,setScissorTest:ye,activeTexture:be,bindTexture:B,unbindTexture:xe,compressedTexImage2D:V,compressedTexImage3D:Se,texImage2D:U,texImage3D:Oe,pixelStorei:Ae,getParameter:ke,updateUBOMapping:Ne,uniformBlockBinding:Pe,texStorage2D:Ee,texStorage3D:De,texSubImage2D:Ce,texSubImage3D:H,compressedTexSubImage2D:we,compressedTexSubImage3D:Te,scissor:je,viewport:Me,reset:W}}function _s(e,t,c,l,u,d,f){let p=t.has(`WEBGL_multisampled_render_to_texture`)?t.get(`WEBGL_multisampled_render_to_texture`):null,m=typeof navigator>`u`?!1:/OculusBrowser/g.test(navigator.userAgent),h=new B,g=new WeakMap,_=new Set,y,b=new WeakMap,x=new Set,S=new FinalizationRegistry(e=>x.delete(e)),C=!1;try{C=typeof OffscreenCanvas<`u`&&new OffscreenCanvas(1,1).getContext(`2d`)!==null}catch{}function w(e,t){return C?new OffscreenCanvas(e,t):re(`canvas`)}function T(e,t,n){let r=1,i=Fe(e);if((i.width>n||i.height>n)&&(r=n/Math.max(i.width,i.height)),r<1){if(typeof HTMLImageElement<`u`&&e instanceof HTMLImageElement||typeof HTMLCanvasElement<`u`&&e instanceof HTMLCanvasElement||typeof ImageBitmap<`u`&&e instanceof ImageBitmap||typeof VideoFrame<`u`&&e instanceof VideoFrame){let n=Math.floor(r*i.width),a=Math.floor(r*i.height);y===void 0&&(y=w(n,a));let o=t?w(n,a):y;return o.width=n,o.height=a,o.getContext(`2d`).drawImage(e,0,0,n,a),L(`WebGLRenderer: Texture has been resized from (`+i.width+`x`+i.height+`) to (`+n+`x`+a+`).`),o}return`data`in e&&L(`WebGLRenderer: Image in DataTexture is too big (`+i.width+`x`+i.height+`).`),e}return e}function E(e){return e.generateMipmaps}function D(t){e.generateMipmap(t)}function O(t){return t.isWebGLCubeRenderTarget?e.TEXTURE_CUBE_MAP:t.isWebGL3DRenderTarget?e.TEXTURE_3D:t.isWebGLArrayRenderTarget||t.isCompressedArrayTexture?e.TEXTURE_2D_ARRAY:e.TEXTURE_2D}function ee(n,r,i,a,o,s=!1){if(n!==null){if(e[n]!==void 0)return e[n];L(`WebGLRenderer: Attempt to use non-existing WebGL internal format '`+n+`'`)}let c;a&&(c=t.get(`EXT_texture_norm16`),c||L(`WebGLRenderer: Unable to use normalized textures without EXT_texture_norm16 extension`));let l=r;if(r===e.RED&&(i===e.FLOAT&&(l=e.R32F),i===e.HALF_FLOAT&&(l=e.R16F),i===e.UNSIGNED_BYTE&&(l=e.R8),i===e.UNSIGNED_SHORT&&c&&(l=c.R16_EXT),i===e.SHORT&&c&&(l=c.R16_SNORM_EXT)),r===e.RED_INTEGER&&(i===e.UNSIGNED_BYTE&&(l=e.R8UI),i===e.UNSIGNED_SHORT&&(l=e.R16UI),i===e.UNSIGNED_INT&&(l=e.R32UI),i===e.BYTE&&(l=e.R8I),i===e.SHORT&&(l=e.R16I),i===e.INT&&(l=e.R32I)),r===e.RG&&(i===e.FLOAT&&(l=e.RG32F),i===e.HALF_FLOAT&&(l=e.RG16F),i===e.UNSIGNED_BYTE&&(l=e.RG8),i===e.UNSIGNED_SHORT&&c&&(l=c.RG16_EXT),i===e.SHORT&&c&&(l=c.RG16_SNORM_EXT)),r===e.RG_INTEGER&&(i===e.UNSIGNED_BYTE&&(l=e.RG8UI),i===e.UNSIGNED_SHORT&&(l=e.RG16UI),i===e.UNSIGNED_INT&&(l=e.RG32UI),i===e.BYTE&&(l=e.RG8I),i===e.SHORT&&(l=e.RG16I),i===e.INT&&(l=e.RG32I)),r===e.RGB_INTEGER&&(i===e.UNSIGNED_BYTE&&(l=e.RGB8UI),i===e.UNSIGNED_SHORT&&(l=e.RGB16UI),i===e.UNSIGNED_INT&&(l=e.RGB32UI),i===e.BYTE&&(l=e.RGB8I),i===e.SHORT&&(l=e.RGB16I),i===e.INT&&(l=e.RGB32I)),r===e.RGBA_INTEGER&&(i===e.UNSIGNED_BYTE&&(l=e.RGBA8UI),i===e.UNSIGNED_SHORT&&(l=e.RGBA16UI),i===e.UNSIGNED_INT&&(l=e.RGBA32UI),i===e.BYTE&&(l=e.RGBA8I),i===e.SHORT&&(l=e.RGBA16I),i===e.INT&&(l=e.RGBA32I)),r===e.RGB&&(i===e.UNSIGNED_SHORT&&c&&(l=c.RGB16_EXT),i===e.SHORT&&c&&(l=c.RGB16_SNORM_EXT),i===e.UNSIGNED_INT_5_9_9_9_REV&&(l=e.RGB9_E5),i===e.UNSIGNED_INT_10F_11F_11F_REV&&(l=e.R11F_G11F_B10F)),r===e.RGBA){let t=s?A:U.getTransfer(o);i===e.FLOAT&&(l=e.RGBA32F),i===e.HALF_FLOAT&&(l=e.RGBA16F),i===e.UNSIGNED_BYTE&&(l=t===`srgb`?e.SRGB8_ALPHA8:e.RGBA8),i===e.UNSIGNED_SHORT&&c&&(l=c.RGBA16_EXT),i===e.SHORT&&c&&(l=c.RGBA16_SNORM_EXT),i===e.UNSIGNED_SHORT_4_4_4_4&&(l=e.RGBA4),i===e.UNSIGNED_SHORT_5_5_5_1&&(l=e.RGB5_A1)}return(l===e.R16F||l===e.R32F||l===e.RG16F||l===e.RG32F||l===e.RGBA16F||l===e.RGBA32F)&&t.get(`EXT_color_buffer_float`),l}function k(t,n){let r;return t?n===null||n===1014||n===1020?r=e.DEPTH24_STENCIL8:n===1015?r=e.DEPTH32F_STENCIL8:n===1012&&(r=e.DEPTH24_STENCIL8,L(`DepthTexture: 16 bit depth attachment is not supported with stencil. Using 24-bit attachment.`)):n===null||n===1014||n===1020?r=e.DEPTH_COMPONENT24:n===1015?r=e.DEPTH_COMPONENT32F:n===1012&&(r=e.DEPTH_COMPONENT16),r}function te(e,t){return E(e)===!0||e.isFramebufferTexture&&e.minFilter!==1003&&e.minFilter!==1006?Math.log2(Math.max(t.width,t.height))+1:e.mipmaps.length>0?e.mipmaps.length:e.isCompressedTexture&&Array.isArray(e.image)?t.mipmaps.length:1}function j(e){let t=new WeakRef(e);l.get(e).__ref=t,x.add(t),S.register(e,t,t)}function M(e){let t=l.get(e).__ref;t!==void 0&&(x.delete(t),S.unregister(t))}function N(e){P(e.target)}function ne(e){F(e.target)}function P(e){e.removeEventListener(`dispose`,N),M(e),I(e),e.isVideoTexture&&g.delete(e),e.isHTMLTexture&&_.delete(e)}function F(e){e.removeEventListener(`dispose`,ne),M(e),oe(e)}function ie(){for(let e of x){let t=e.deref();t!==void 0&&(t.isRenderTarget===!0?F(t):P(t))}x.clear(),_.clear()}function I(e){let t=l.get(e);if(t.__webglInit===void 0)return;let n=e.source,r=b.get(n);if(r){let i=r[t.__cacheKey];i.usedTimes--,i.usedTimes===0&&ae(e),Object.keys(r).length===0&&b.delete(n)}l.remove(e)}function ae(t){let n=l.get(t);e.deleteTexture(n.__webglTexture);let r=t.source,i=b.get(r);delete i[n.__cacheKey],f.memory.textures--}function oe(t){let n=l.get(t);n.__depthDisposeCallback&&n.__depthDisposeCallback();let r=t.depthTexture;if(r&&r.renderTarget===t&&P(r),t.isWebGLCubeRenderTarget)for(let t=0;t<6;t++){if(Array.isArray(n.__webglFramebuffer[t]))for(let r=0;r<n.__webglFramebuffer[t].length;r++)e.deleteFramebuffer(n.__webglFramebuffer[t][r]);else e.deleteFramebuffer(n.__webglFramebuffer[t]);n.__webglDepthbuffer&&e.deleteRenderbuffer(n.__webglDepthbuffer[t])}else{if(Array.isArray(n.__webglFramebuffer))for(let t=0;t<n.__webglFramebuffer.length;t++)e.deleteFramebuffer(n.__webglFramebuffer[t]);else e.deleteFramebuffer(n.__webglFramebuffer);if(n.__webglDepthbuffer&&e.deleteRenderbuffer(n.__webglDepthbuffer),n.__webglMultisampledFramebuffer&&e.deleteFramebuffer(n.__webglMultisampledFramebuffer),n.__webglColorRenderbuffer)for(let t=0;t<n.__webglColorRenderbuffer.length;t++)n.__webglColorRenderbuffer[t]&&e.deleteRenderbuffer(n.__webglColorRenderbuffer[t]);n.__webglDepthRenderbuffer&&e.deleteRenderbuffer(n.__webglDepthRenderbuffer)}let i=t.textures;for(let t=0,n=i.length;t<n;t++){let n=l.get(i[t]);n.__webglTexture&&(e.deleteTexture(n.__webglTexture),f.memory.textures--),l.remove(i[t])}l.remove(t)}let se=0;function ce(){se=0}function le(){return se}function ue(e){se=e}function de(){let e=se;return e>=u.maxTextures&&L(`WebGLTextures: Trying to use `+(e+1)+` texture units while this GPU supports only `+u.maxTextures),se+=1,e}function fe(e){let t=[];return t.push(e.wrapS),t.push(e.wrapT),t.push(e.wrapR||0),t.push(e.magFilter),t.push(e.minFilter),t.push(e.anisotropy),t.push(e.internalFormat),t.push(e.format),t.push(e.type),t.push(e.generateMipmaps),t.push(e.mipmapsAutoUpdate),t.push(e.premultiplyAlpha),t.push(e.flipY),t.push(e.unpackAlignment),t.push(e.colorSpace),t.join()}function pe(t,n){let r=l.get(t);if(t.isVideoTexture&&Pe(t),t.isRenderTargetTexture===!1&&t.isExternalTexture!==!0&&t.version>0&&r.__version!==t.version){let e=t.image;if(e===null)L(`WebGLRenderer: Texture marked for update but no image data found.`);else if(e.complete===!1)L(`WebGLRenderer: Texture marked for update but image is incomplete`);else{Se(r,t,n);return}}else t.isExternalTexture&&(r.__webglTexture=t.sourceTexture?t.sourceTexture:null);c.bindTexture(e.TEXTURE_2D,r.__webglTexture,e.TEXTURE0+n)}function me(t,n){let r=l.get(t);t.isRenderTargetTexture===!1&&t.version>0&&r.__version!==t.version?Se(r,t,n):(t.isExternalTexture&&(r.__webglTexture=t.sourceTexture?t.sourceTexture:null),c.bindTexture(e.TEXTURE_2D_ARRAY,r.__webglTexture,e.TEXTURE0+n))}function z(t,n){let r=l.get(t);t.isRenderTargetTexture===!1&&t.version>0&&r.__version!==t.version?Se(r,t,n):c.bindTexture(e.TEXTURE_3D,r.__webglTexture,e.TEXTURE0+n)}function he(t,n){let r=l.get(t);t.version>0&&r.__version!==t.version?Ce(r,t,n):c.bindTexture(e.TEXTURE_CUBE_MAP,r.__webglTexture,e.TEXTURE0+n)}let ge={[n]:e.REPEAT,[r]:e.CLAMP_TO_EDGE,[i]:e.MIRRORED_REPEAT},_e={[a]:e.NEAREST,1004:e.NEAREST_MIPMAP_NEAREST,1005:e.NEAREST_MIPMAP_LINEAR,[o]:e.LINEAR,1007:e.LINEAR_MIPMAP_NEAREST,[s]:e.LINEAR_MIPMAP_LINEAR},ve={512:e.NEVER,519:e.ALWAYS,513:e.LESS,515:e.LEQUAL,514:e.EQUAL,518:e.GEQUAL,516:e.GREATER,517:e.NOTEQUAL};function ye(n,r){if(r.type===1015&&t.has(`OES_texture_float_linear`)===!1&&(r.magFilter===1006||r.magFilter===1007||r.magFilter===1005||r.magFilter===1008||r.minFilter===1006||r.minFilter===1007||r.minFilter===1005||r.minFilter===1008)&&L(`WebGLRenderer: Unable to use linear filtering with floating point textures. OES_texture_float_linear not supported on this device.`),e.texParameteri(n,e.TEXTURE_WRAP_S,ge[r.wrapS]),e.texParameteri(n,e.TEXTURE_WRAP_T,ge[r.wrapT]),(n===e.TEXTURE_3D||n===e.TEXTURE_2D_ARRAY)&&e.texParameteri(n,e.TEXTURE_WRAP_R,ge[r.wrapR]),e.texParameteri(n,e.TEXTURE_MAG_FILTER,_e[r.magFilter]),e.texParameteri(n,e.TEXTURE_MIN_FILTER,_e[r.minFilter]),r.compareFunction&&(e.texParameteri(n,e.TEXTURE_COMPARE_MODE,e.COMPARE_REF_TO_TEXTURE),e.texParameteri(n,e.TEXTURE_COMPARE_FUNC,ve[r.compareFunction])),t.has(`EXT_texture_filter_anisotropic`)===!0){if(r.magFilter===1003||r.minFilter!==1005&&r.minFilter!==1008||r.type===1015&&t.has(`OES_texture_float_linear`)===!1)return;if(r.anisotropy>1||l.get(r).__currentAnisotropy){let i=t.get(`EXT_texture_filter_anisotropic`);e.texParameterf(n,i.TEXTURE_MAX_ANISOTROPY_EXT,Math.min(r.anisotropy,u.getMaxAnisotropy())),l.get(r).__currentAnisotropy=r.anisotropy}}}function be(t,n){let r=!1;t.__webglInit===void 0&&(t.__webglInit=!0,n.addEventListener(`dispose`,N),j(n));let i=n.source,a=b.get(i);a===void 0&&(a={},b.set(i,a));let o=fe(n);if(o!==t.__cacheKey){a[o]===void 0&&(a[o]={texture:e.createTexture(),usedTimes:0},f.memory.textures++,r=!0),a[o].usedTimes++;let i=a[t.__cacheKey];i!==void 0&&(a[t.__cacheKey].usedTimes--,i.usedTimes===0&&ae(n)),t.__cacheKey=o,t.__webglTexture=a[o].texture}return r}function xe(e,t,n){return Math.floor(Math.floor(e/n)/t)}function V(t,n,r,i){let a=t.updateRanges;if(a.length===0)c.texSubImage2D(e.TEXTURE_2D,0,0,0,n.width,n.height,r,i,n.data);else{a.sort((e,t)=>e.start-t.start);let o=0;for(let e=1;e<a.length;e++){let t=a[o],r=a[e],i=t.start+t.count,s=xe(r.start,n.width,4),c=xe(t.start,n.width,4);r.start<=i+1&&s===c&&xe(r.start+r.count-1,n.width,4)===s?t.count=Math.max(t.count,r.start+r.count-t.start):(++o,a[o]=r)}a.length=o+1;let s=c.getParameter(e.UNPACK_ROW_LENGTH),l=c.getParameter(e.UNPACK_SKIP_PIXELS),u=c.getParameter(e.UNPACK_SKIP_ROWS);c.pixelStorei(e.UNPACK_ROW_LENGTH,n.width);for(let t=0,o=a.length;t<o;t++){let o=a[t],s=Math.floor(o.start/4),l=Math.ceil(o.count/4),u=s%n.width,d=Math.floor(s/n.width),f=l;c.pixelStorei(e.UNPACK_SKIP_PIXELS,u),c.pixelStorei(e.UNPACK_SKIP_ROWS,d),c.texSubImage2D(e.TEXTURE_2D,0,u,d,f,1,r,i,n.data)}t.clearUpdateRanges(),c.pixelStorei(e.UNPACK_ROW_LENGTH,s),c.pixelStorei(e.UNPACK_SKIP_PIXELS,l),c.pixelStorei(e.UNPACK_SKIP_ROWS,u)}}function Se(t,n,r){let i=e.TEXTURE_2D;(n.isDataArrayTexture||n.isCompressedArrayTexture)&&(i=e.TEXTURE_2D_ARRAY),n.isData3DTexture&&(i=e.TEXTURE_3D);let a=be(t,n),o=n.source;c.bindTexture(i,t.__webglTexture,e.TEXTURE0+r);let s=l.get(o);if(o.version!==s.__version||a===!0){if(c.activeTexture(e.TEXTURE0+r),!(typeof ImageBitmap<`u`&&n.image instanceof ImageBitmap)){let t=U.getPrimaries(U.workingColorSpace),r=n.colorSpace===``?null:U.getPrimaries(n.colorSpace),i=n.colorSpace===``||t===r?e.NONE:e.BROWSER_DEFAULT_WEBGL;c.pixelStorei(e.UNPACK_FLIP_Y_WEBGL,n.flipY),c.pixelStorei(e.UNPACK_PREMULTIPLY_ALPHA_WEBGL,n.premultiplyAlpha),c.pixelStorei(e.UNPACK_COLORSPACE_CONVERSION_WEBGL,i)}c.pixelStorei(e.UNPACK_ALIGNMENT,n.unpackAlignment);let t=T(n.image,!1,u.maxTextureSize);t=W(n,t);let l=d.convert(n.format,n.colorSpace),f=d.convert(n.type),p=ee(n.internalFormat,l,f,n.normalized,n.colorSpace,n.isVideoTexture);ye(i,n);let m,h=n.mipmaps,g=n.isVideoTexture!==!0,y=s.__version===void 0||a===!0,b=o.dataReady,x=te(n,t);if(n.isDepthTexture)p=k(n.format===v,n.type),y&&(g?c.texStorage2D(e.TEXTURE_2D,1,p,t.width,t.height):c.texImage2D(e.TEXTURE_2D,0,p,t.width,t.height,0,l,f,null));else if(n.isDataTexture){if(h.length>0){g&&y&&c.texStorage2D(e.TEXTURE_2D,x,p,h[0].width,h[0].height);for(let t=0,n=h.length;t<n;t++)m=h[t],g?b&&c.texSubImage2D(e.TEXTURE_2D,t,0,0,m.width,m.height,l,f,m.data):c.texImage2D(e.TEXTURE_2D,t,p,m.width,m.height,0,l,f,m.data);n.generateMipmaps=!1}else g?(y&&c.texStorage2D(e.TEXTURE_2D,x,p,t.width,t.height),b&&V(n,t,l,f)):c.texImage2D(e.TEXTURE_2D,0,p,t.width,t.height,0,l,f,t.data)}else if(n.isCompressedTexture){if(n.isCompressedArrayTexture){g&&y&&c.texStorage3D(e.TEXTURE_2D_ARRAY,x,p,h[0].width,h[0].height,t.depth);for(let r=0,i=h.length;r<i;r++)if(m=h[r],n.format!==1023){if(l!==null){if(g){if(b){if(n.layerUpdates.size>0){let t=vi(m.width,m.height,n.format,n.type);for(let i of n.layerUpdates){let n=m.data.subarray(i*t/m.data.BYTES_PER_ELEMENT,(i+1)*t/m.data.BYTES_PER_ELEMENT);c.compressedTexSubImage3D(e.TEXTURE_2D_ARRAY,r,0,0,i,m.width,m.height,1,l,n)}}else c.compressedTexSubImage3D(e.TEXTURE_2D_ARRAY,r,0,0,0,m.width,m.height,t.depth,l,m.data)}}else c.compressedTexImage3D(e.TEXTURE_2D_ARRAY,r,p,m.width,m.height,t.depth,0,m.data,0,0)}else L(`WebGLRenderer: Attempt to load unsupported compressed texture format in .uploadTexture()`)}else g?b&&c.texSubImage3D(e.TEXTURE_2D_ARRAY,r,0,0,0,m.width,m.height,t.depth,l,f,m.data):c.texImage3D(e.TEXTURE_2D_ARRAY,r,p,m.width,m.height,t.depth,0,l,f,m.data);n.layerUpdates.size>0&&n.clearLayerUpdates()}else{g&&y&&c.texStorage2D(e.TEXTURE_2D,x,p,h[0].width,h[0].height);for(let t=0,r=h.length;t<r;t++)m=h[t],n.format===1023?g?b&&c.texSubImage2D(e.TEXTURE_2D,t,0,0,m.width,m.height,l,f,m.data):c.texImage2D(e.TEXTURE_2D,t,p,m.width,m.height,0,l,f,m.data):l===null?L(`WebGLRenderer: Attempt to load unsupported compressed texture format in .uploadTexture()`):g?b&&c.compressedTexSubImage2D(e.TEXTURE_2D,t,0,0,m.width,m.height,l,m.data):c.compressedTexImage2D(e.TEXTURE_2D,t,p,m.width,m.height,0,m.data)}}else if(n.isDataArrayTexture){if(g){if(y&&c.texStorage3D(e.TEXTURE_2D_ARRAY,x,p,t.width,t.height,t.depth),b){if(n.layerUpdates.size>0){let r=vi(t.width,t.height,n.format,n.type);for(let i of n.layerUpdates){let n=t.data.subarray(i*r/t.data.BYTES_PER_ELEMENT,(i+1)*r/t.data.BYTES_PER_ELEMENT);c.texSubImage3D(e.TEXTURE_2D_ARRAY,0,0,0,i,t.width,t.height,1,l,f,n)}n.clearLayerUpdates()}else c.texSubImage3D(e.TEXTURE_2D_ARRAY,0,0,0,0,t.width,t.height,t.depth,l,f,t.data)}}else c.texImage3D(e.TEXTURE_2D_ARRAY,0,p,t.width,t.height,t.depth,0,l,f,t.data)}else if(n.isData3DTexture)g?(y&&c.texStorage3D(e.TEXTURE_3D,x,p,t.width,t.height,t.depth),b&&c.texSubImage3D(e.TEXTURE_3D,0,0,0,0,t.width,t.height,t.depth,l,f,t.data)):c.texImage3D(e.TEXTURE_3D,0,p,t.width,t.height,t.depth,0,l,f,t.data);else if(n.isFramebufferTexture){if(y){if(g)c.texStorage2D(e.TEXTURE_2D,x,p,t.width,t.height);else{let n=t.width,r=t.height;for(let t=0;t<x;t++)c.texImage2D(e.TEXTURE_2D,t,p,n,r,0,l,f,null),n>>=1,r>>=1}}}else if(n.isHTMLTexture){if(`texElementImage2D`in e){let r=e.canvas;if(r.hasAttribute(`layoutsubtree`)||r.setAttribute(`layoutsubtree`,`true`),t.parentNode!==r){r.appendChild(t),_.add(n),r.onpaint=e=>{let t=e.changedElements;for(let e of _)t.includes(e.image)&&(e.needsUpdate=!0)},r.requestPaint();return}if(e.texElementImage2D.length===3)e.texElementImage2D(e.TEXTURE_2D,e.RGBA8,t);else{let n=e.RGBA,r=e.RGBA,i=e.UNSIGNED_BYTE;e.texElementImage2D(e.TEXTURE_2D,0,n,r,i,t)}e.texParameteri(e.TEXTURE_2D,e.TEXTURE_MIN_FILTER,e.LINEAR),e.texParameteri(e.TEXTURE_2D,e.TEXTURE_WRAP_S,e.CLAMP_TO_EDGE),e.texParameteri(e.TEXTURE_2D,e.TEXTURE_WRAP_T,e.CLAMP_TO_EDGE)}}else if(h.length>0){if(g&&y){let t=Fe(h[0]);c.texStorage2D(e.TEXTURE_2D,x,p,t.width,t.height)}for(let t=0,n=h.length;t<n;t++)m=h[t],g?b&&c.texSubImage2D(e.TEXTURE_2D,t,0,0,l,f,m):c.texImage2D(e.TEXTURE_2D,t,p,l,f,m);n.generateMipmaps=!1}else if(g){if(y){let n=Fe(t);c.texStorage2D(e.TEXTURE_2D,x,p,n.width,n.height)}b&&c.texSubImage2D(e.TEXTURE_2D,0,0,0,l,f,t)}else c.texImage2D(e.TEXTURE_2D,0,p,l,f,t);E(n)&&n.mipmapsAutoUpdate===!0&&D(i),s.__version=o.version,n.onUpdate&&n.onUpdate(n)}t.__version=n.version}function Ce(t,n,r){if(n.image.length!==6)return;let i=be(t,n),a=n.source;c.bindTexture(e.TEXTURE_CUBE_MAP,t.__webglTexture,e.TEXTURE0+r);let o=l.get(a);if(a.version!==o.__version||i===!0){c.activeTexture(e.TEXTURE0+r);let t=U.getPrimaries(U.workingColorSpace),s=n.colorSpace===``?null:U.getPrimaries(n.colorSpace),l=n.colorSpace===``||t===s?e.NONE:e.BROWSER_DEFAULT_WEBGL;c.pixelStorei(e.UNPACK_FLIP_Y_WEBGL,n.flipY),c.pixelStorei(e.UNPACK_PREMULTIPLY_ALPHA_WEBGL,n.premultiplyAlpha),c.pixelStorei(e.UNPACK_ALIGNMENT,n.unpackAlignment),c.pixelStorei(e.UNPACK_COLORSPACE_CONVERSION_WEBGL,l);let f=n.isCompressedTexture||n.image[0].isCompressedTexture,p=n.image[0]&&n.image[0].isDataTexture,m=[];for(let e=0;e<6;e++)!f&&!p?m[e]=T(n.image[e],!0,u.maxCubemapSize):m[e]=p?n.image[e].image:n.image[e],m[e]=W(n,m[e]);let h=m[0],g=d.convert(n.format,n.colorSpace),_=d.convert(n.type),y=ee(n.internalFormat,g,_,n.normalized,n.colorSpace),b=n.isVideoTexture!==!0,x=o.__version===void 0||i===!0,S=a.dataReady,C=te(n,h);ye(e.TEXTURE_CUBE_MAP,n);let w;if(n.isDepthTexture){if(y=k(n.format===v,n.type),x){if(b)c.texStorage2D(e.TEXTURE_CUBE_MAP,1,y,h.width,h.height);else for(let t=0;t<6;t++)c.texImage2D(e.TEXTURE_CUBE_MAP_POSITIVE_X+t,0,y,h.width,h.height,0,g,_,null)}}else if(f){b&&x&&c.texStorage2D(e.TEXTURE_CUBE_MAP,C,y,h.width,h.height);for(let t=0;t<6;t++){w=m[t].mipmaps;for(let r=0;r<w.length;r++){let i=w[r];n.format===1023?b?S&&c.texSubImage2D(e.TEXTURE_CUBE_MAP_POSITIVE_X+t,r,0,0,i.width,i.height,g,_,i.data):c.texImage2D(e.TEXTURE_CUBE_MAP_POSITIVE_X+t,r,y,i.width,i.height,0,g,_,i.data):g===null?L(`WebGLRenderer: Attempt to load unsupported compressed texture format in .setTextureCube()`):b?S&&c.compressedTexSubImage2D(e.TEXTURE_CUBE_MAP_POSITIVE_X+t,r,0,0,i.width,i.height,g,i.data):c.compressedTexImage2D(e.TEXTURE_CUBE_MAP_POSITIVE_X+t,r,y,i.width,i.height,0,i.data)}}}else{if(w=n.mipmaps,b&&x){w.length>0&&C++;let t=Fe(m[0]);c.texStorage2D(e.TEXTURE_CUBE_MAP,C,y,t.width,t.height)}for(let t=0;t<6;t++)if(p){b?S&&c.texSubImage2D(e.TEXTURE_CUBE_MAP_POSITIVE_X+t,0,0,0,m[t].width,m[t].height,g,_,m[t].data):c.texImage2D(e.TEXTURE_CUBE_MAP_POSITIVE_X+t,0,y,m[t].width,m[t].height,0,g,_,m[t].data);for(let n=0;n<w.length;n++){let r=w[n].image[t].image;b?S&&c.texSubImage2D(e.TEXTURE_CUBE_MAP_POSITIVE_X+t,n+1,0,0,r.width,r.height,g,_,r.data):c.texImage2D(e.TEXTURE_CUBE_MAP_POSITIVE_X+t,n+1,y,r.width,r.height,0,g,_,r.data)}}else{b?S&&c.texSubImage2D(e.TEXTURE_CUBE_MAP_POSITIVE_X+t,0,0,0,g,_,m[t]):c.texImage2D(e.TEXTURE_CUBE_MAP_POSITIVE_X+t,0,y,g,_,m[t]);for(let n=0;n<w.length;n++){let r=w[n];b?S&&c.texSubImage2D(e.TEXTURE_CUBE_MAP_POSITIVE_X+t,n+1,0,0,g,_,r.image[t]):c.texImage2D(e.TEXTURE_CUBE_MAP_POSITIVE_X+t,n+1,y,g,_,r.image[t])}}}E(n)&&n.mipmapsAutoUpdate===!0&&D(e.TEXTURE_CUBE_MAP),o.__version=a.version,n.onUpdate&&n.onUpdate(n)}t.__version=n.version}function H(t,n,r,i,a,o){let s=d.convert(r.format,r.colorSpace),u=d.convert(r.type),f=ee(r.internalFormat,s,u,r.normalized,r.colorSpace),m=l.get(n),h=l.get(r);if(h.__renderTarget=n,!m.__hasExternalTextures){let t=Math.max(1,n.width>>o),r=Math.max(1,n.height>>o);a===e.TEXTURE_3D||a===e.TEXTURE_2D_ARRAY?c.texImage3D(a,o,f,t,r,n.depth,0,s,u,null):c.texImage2D(a,o,f,t,r,0,s,u,null)}c.bindFramebuffer(e.FRAMEBUFFER,t),Ne(n)?p.framebufferTexture2DMultisampleEXT(e.FRAMEBUFFER,i,a,h.__webglTexture,0,Me(n)):(a===e.TEXTURE_2D||a>=e.TEXTURE_CUBE_MAP_POSITIVE_X&&a<=e.TEXTURE_CUBE_MAP_NEGATIVE_Z)&&e.framebufferTexture2D(e.FRAMEBUFFER,i,a,h.__webglTexture,o),c.bindFramebuffer(e.FRAMEBUFFER,null)}function we(t,n,r){if(e.bindRenderbuffer(e.RENDERBUFFER,t),n.depthBuffer){let i=n.depthTexture,a=i&&i.isDepthTexture?i.type:null,o=k(n.stencilBuffer,a),s=n.stencilBuffer?e.DEPTH_STENCIL_ATTACHMENT:e.DEPTH_ATTACHMENT;Ne(n)?p.renderbufferStorageMultisampleEXT(e.RENDERBUFFER,Me(n),o,n.width,n.height):r?e.renderbufferStorageMultisample(e.RENDERBUFFER,Me(n),o,n.width,n.height):e.renderbufferStorage(e.RENDERBUFFER,o,n.width,n.height),e.framebufferRenderbuffer(e.FRAMEBUFFER,s,e.RENDERBUFFER,t)}else{let t=n.textures;for(let i=0;i<t.length;i++){let a=t[i],o=d.convert(a.format,a.colorSpace),s=d.convert(a.type),c=ee(a.internalFormat,o,s,a.normalized,a.colorSpace);Ne(n)?p.renderbufferStorageMultisampleEXT(e.RENDERBUFFER,Me(n),c,n.width,n.height):r?e.renderbufferStorageMultisample(e.RENDERBUFFER,Me(n),c,n.width,n.height):e.renderbufferStorage(e.RENDERBUFFER,c,n.width,n.height)}}e.bindRenderbuffer(e.RENDERBUFFER,null)}function Te(t,n,r){let i=n.isWebGLCubeRenderTarget===!0;if(c.bindFramebuffer(e.FRAMEBUFFER,t),!(n.depthTexture&&n.depthTexture.isDepthTexture))throw Error(`THREE.WebGLTextures: renderTarget.depthTexture must be an instance of THREE.DepthTexture.`);let a=l.get(n.depthTexture);a.__renderTarget=n;let o=i?n.depthTexture.image[0]:n.depthTexture.image;a.__webglTexture&&o.width===n.width&&o.height===n.height||(o.width=n.width,o.height=n.height,n.depthTexture.needsUpdate=!0),i?he(n.depthTexture,0):pe(n.depthTexture,0);let s=a.__webglTexture,u=Me(n),d=i?e.TEXTURE_CUBE_MAP_POSITIVE_X+r:e.TEXTURE_2D,f=n.depthTexture.format===1027?e.DEPTH_STENCIL_ATTACHMENT:e.DEPTH_ATTACHMENT;if(n.depthTexture.format===1026)Ne(n)?p.framebufferTexture2DMultisampleEXT(e.FRAMEBUFFER,f,d,s,0,u):e.framebufferTexture2D(e.FRAMEBUFFER,f,d,s,0);else if(n.depthTexture.format===1027)Ne(n)?p.framebufferTexture2DMultisampleEXT(e.FRAMEBUFFER,f,d,s,0,u):e.framebufferTexture2D(e.FRAMEBUFFER,f,d,s,0);else throw Error(`THREE.WebGLTextures: Unknown depthTexture format.`)}function Ee(t){let n=l.get(t),r=t.isWebGLCubeRenderTarget===!0;if(n.__boundDepthTexture!==t.depthTexture){let e=t.depthTexture;if(n.__depthDisposeCallback&&n.__depthDisposeCallback(),e){let t=()=>{delete n.__boundDepthTexture,delete n.__depthDisposeCallback,e.removeEventListener(`dispose`,t)};e.addEventListener(`dispose`,t),n.__depthDisposeCallback=t}n.__boundDepthTexture=e}if(t.depthTexture&&!n.__autoAllocateDepthBuffer){if(r)for(let e=0;e<6;e++)Te(n.__webglFramebuffer[e],t,e);else t.texture.mipmaps.length>0?Te(n.__webglFramebuffer[0],t,0):Te(n.__webglFramebuffer,t,0)}else if(r){n.__webglDepthbuffer=[];for(let r=0;r<6;r++)if(c.bindFramebuffer(e.FRAMEBUFFER,n.__webglFramebuffer[r]),n.__webglDepthbuffer[r]===void 0)n.__webglDepthbuffer[r]=e.createRenderbuffer(),we(n.__webglDepthbuffer[r],t,!1);else{let i=t.stencilBuffer?e.DEPTH_STENCIL_ATTACHMENT:e.DEPTH_ATTACHMENT,a=n.__webglDepthbuffer[r];e.bindRenderbuffer(e.RENDERBUFFER,a),e.framebufferRenderbuffer(e.FRAMEBUFFER,i,e.RENDERBUFFER,a)}}else if(t.texture.mipmaps.length>0?c.bindFramebuffer(e.FRAMEBUFFER,n.__webglFramebuffer[0]):c.bindFramebuffer(e.FRAMEBUFFER,n.__webglFramebuffer),n.__webglDepthbuffer===void 0)n.__webglDepthbuffer=e.createRenderbuffer(),we(n.__webglDepthbuffer,t,!1);else{let r=t.stencilBuffer?e.DEPTH_STENCIL_ATTACHMENT:e.DEPTH_ATTACHMENT,i=n.__webglDepthbuffer;e.bindRenderbuffer(e.RENDERBUFFER,i),e.framebufferRenderbuffer(e.FRAMEBUFFER,r,e.RENDERBUFFER,i)}c.bindFramebuffer(e.FRAMEBUFFER,null)}function De(t,n,r){let i=l.get(t);n!==void 0&&H(i.__webglFramebuffer,t,t.texture,e.COLOR_ATTACHMENT0,e.TEXTURE_2D,0),r!==void 0&&Ee(t)}function Oe(t){let n=t.texture,r=l.get(t),i=l.get(n);t.addEventListener(`dispose`,ne),j(t);let a=t.textures,o=t.isWebGLCubeRenderTarget===!0,s=a.length>1;if(s||(i.__webglTexture===void 0&&(i.__webglTexture=e.createTexture()),i.__version=n.version,f.memory.textures++),o){r.__webglFramebuffer=[];for(let t=0;t<6;t++)if(n.mipmaps.length>0){r.__webglFramebuffer[t]=[];for(let i=0;i<n.mipmaps.length;i++)r.__webglFramebuffer[t][i]=e.createFramebuffer()}else r.__webglFramebuffer[t]=e.createFramebuffer()}else{if(n.mipmaps.length>0){r.__webglFramebuffer=[];for(let t=0;t<n.mipmaps.length;t++)r.__webglFramebuffer[t]=e.createFramebuffer()}else r.__webglFramebuffer=e.createFramebuffer();if(s)for(let t=0,n=a.length;t<n;t++){let n=l.get(a[t]);n.__webglTexture===void 0&&(n.__webglTexture=e.createTexture(),f.memory.textures++)}if(t.samples>0&&Ne(t)===!1){r.__webglMultisampledFramebuffer=e.createFramebuffer(),r.__webglColorRenderbuffer=[],c.bindFramebuffer(e.FRAMEBUFFER,r.__webglMultisampledFramebuffer);for(let n=0;n<a.length;n++){let i=a[n];r.__webglColorRenderbuffer[n]=e.createRenderbuffer(),e.bindRenderbuffer(e.RENDERBUFFER,r.__webglColorRenderbuffer[n]);let o=d.convert(i.format,i.colorSpace),s=d.convert(i.type),c=ee(i.internalFormat,o,s,i.normalized,i.colorSpace,t.isXRRenderTarget===!0),l=Me(t);e.renderbufferStorageMultisample(e.RENDERBUFFER,l,c,t.width,t.height),e.framebufferRenderbuffer(e.FRAMEBUFFER,e.COLOR_ATTACHMENT0+n,e.RENDERBUFFER,r.__webglColorRenderbuffer[n])}e.bindRenderbuffer(e.RENDERBUFFER,null),t.depthBuffer&&(r.__webglDepthRenderbuffer=e.createRenderbuffer(),we(r.__webglDepthRenderbuffer,t,!0)),c.bindFramebuffer(e.FRAMEBUFFER,null)}}if(o){c.bindTexture(e.TEXTURE_CUBE_MAP,i.__webglTexture),ye(e.TEXTURE_CUBE_MAP,n);for(let i=0;i<6;i++)if(n.mipmaps.length>0)for(let a=0;a<n.mipmaps.length;a++)H(r.__webglFramebuffer[i][a],t,n,e.COLOR_ATTACHMENT0,e.TEXTURE_CUBE_MAP_POSITIVE_X+i,a);else H(r.__webglFramebuffer[i],t,n,e.COLOR_ATTACHMENT0,e.TEXTURE_CUBE_MAP_POSITIVE_X+i,0);E(n)?D(e.TEXTURE_CUBE_MAP):n.mipmaps.length>0&&e.texParameteri(e.TEXTURE_CUBE_MAP,e.TEXTURE_MAX_LEVEL,n.mipmaps.length-1),c.unbindTexture()}else if(s){for(let n=0,i=a.length;n<i;n++){let i=a[n],o=l.get(i),s=e.TEXTURE_2D;(t.isWebGL3DRenderTarget||t.isWebGLArrayRenderTarget)&&(s=t.isWebGL3DRenderTarget?e.TEXTURE_3D:e.TEXTURE_2D_ARRAY),c.bindTexture(s,o.__webglTexture),ye(s,i),H(r.__webglFramebuffer,t,i,e.COLOR_ATTACHMENT0+n,s,0),E(i)&&D(s)}c.unbindTexture()}else{let a=e.TEXTURE_2D;if((t.isWebGL3DRenderTarget||t.isWebGLArrayRenderTarget)&&(a=t.isWebGL3DRenderTarget?e.TEXTURE_3D:e.TEXTURE_2D_ARRAY),c.bindTexture(a,i.__webglTexture),ye(a,n),n.mipmaps.length>0)for(let i=0;i<n.mipmaps.length;i++)H(r.__webglFramebuffer[i],t,n,e.COLOR_ATTACHMENT0,a,i);else H(r.__webglFramebuffer,t,n,e.COLOR_ATTACHMENT0,a,0);E(n)?D(a):n.mipmaps.length>0&&e.texParameteri(a,e.TEXTURE_MAX_LEVEL,n.mipmaps.length-1),c.unbindTexture()}t.depthBuffer&&Ee(t)}function ke(e){let t=e.textures;for(let n=0,r=t.length;n<r;n++){let r=t[n];if(E(r)&&r.mipmapsAutoUpdate===!0){let t=O(e),n=l.get(r).__webglTexture;c.bindTexture(t,n),D(t),c.unbindTexture()}}}let Ae=[];function je(t){if(t.samples>0){if(Ne(t)===!1){let n=t.textures,r=t.width,i=t.height,a=e.COLOR_BUFFER_BIT,o=t.stencilBuffer?e.DEPTH_STENCIL_ATTACHMENT:e.DEPTH_ATTACHMENT,s=l.get(t),u=n.length>1;if(u)for(let t=0;t<n.length;t++)c.bindFramebuffer(e.FRAMEBUFFER,s.__webglMultisampledFramebuffer),e.framebufferRenderbuffer(e.FRAMEBUFFER,e.COLOR_ATTACHMENT0+t,e.RENDERBUFFER,null),c.bindFramebuffer(e.FRAMEBUFFER,s.__webglFramebuffer),e.framebufferTexture2D(e.DRAW_FRAMEBUFFER,e.COLOR_ATTACHMENT0+t,e.TEXTURE_2D,null,0);c.bindFramebuffer(e.READ_FRAMEBUFFER,s.__webglMultisampledFramebuffer),t.texture.mipmaps.length>0?c.bindFramebuffer(e.DRAW_FRAMEBUFFER,s.__webglFramebuffer[0]):c.bindFramebuffer(e.DRAW_FRAMEBUFFER,s.__webglFramebuffer);for(let c=0;c<n.length;c++){if(t.resolveDepthBuffer&&(t.depthBuffer&&(a|=e.DEPTH_BUFFER_BIT),t.stencilBuffer&&t.resolveStencilBuffer&&(a|=e.STENCIL_BUFFER_BIT)),u){e.framebufferRenderbuffer(e.READ_FRAMEBUFFER,e.COLOR_ATTACHMENT0,e.RENDERBUFFER,s.__webglColorRenderbuffer[c]);let t=l.get(n[c]).__webglTexture;e.framebufferTexture2D(e.DRAW_FRAMEBUFFER,e.COLOR_ATTACHMENT0,e.TEXTURE_2D,t,0)}e.blitFramebuffer(0,0,r,i,0,0,r,i,a,e.NEAREST),m===!0&&(Ae.length=0,Ae.push(e.COLOR_ATTACHMENT0+c),t.depthBuffer&&t.storeMultisampledDepthBuffer===!1&&Ae.push(o),e.invalidateFramebuffer(e.READ_FRAMEBUFFER,Ae))}if(c.bindFramebuffer(e.READ_FRAMEBUFFER,null),c.bindFramebuffer(e.DRAW_FRAMEBUFFER,null),u)for(let t=0;t<n.length;t++){c.bindFramebuffer(e.FRAMEBUFFER,s.__webglMultisampledFramebuffer),e.framebufferRenderbuffer(e.FRAMEBUFFER,e.COLOR_ATTACHMENT0+t,e.RENDERBUFFER,s.__webglColorRenderbuffer[t]);let r=l.get(n[t]).__webglTexture;c.bindFramebuffer(e.FRAMEBUFFER,s.__webglFramebuffer),e.framebufferTexture2D(e.DRAW_FRAMEBUFFER,e.COLOR_ATTACHMENT0+t,e.TEXTURE_2D,r,0)}c.bindFramebuffer(e.DRAW_FRAMEBUFFER,s.__webglMultisampledFramebuffer)}else if(t.depthBuffer&&t.storeMultisampledDepthBuffer===!1&&m){let n=t.stencilBuffer?e.DEPTH_STENCIL_ATTACHMENT:e.DEPTH_ATTACHMENT;e.invalidateFramebuffer(e.DRAW_FRAMEBUFFER,[n])}}}function Me(e){return Math.min(u.maxSamples,e.samples)}function Ne(e){let n=l.get(e);return e.samples>0&&t.has(`WEBGL_multisampled_render_to_texture`)===!0&&n.__useRenderToTexture!==!1}function Pe(e){let t=f.render.frame;g.get(e)!==t&&(g.set(e,t),e.update())}function W(e,t){let n=e.colorSpace,r=e.format,i=e.type;return e.isCompressedTexture===!0||e.isVideoTexture===!0||n!==`srgb-linear`&&n!==``&&(U.getTransfer(n)===`srgb`?(r!==1023||i!==1009)&&L(`WebGLTextures: sRGB encoded textures have to use RGBAFormat and UnsignedByteType.`):R(`WebGLTextures: Unsupported texture color space:`,n)),t}function Fe(e){return typeof HTMLImageElement<`u`&&e instanceof HTMLImageElement?(h.width=e.naturalWidth||e.width,h.height=e.naturalHeight||e.height):typeof VideoFrame<`u`&&e instanceof VideoFrame?(h.width=e.displayWidth,h.height=e.displayHeight):(h.width=e.width,h.height=e.height),h}this.allocateTextureUnit=de,this.resetTextureUnits=ce,this.getTextureUnits=le,this.setTextureUnits=ue,this.setTexture2D=pe,this.setTexture2DArray=me,this.setTexture3D=z,this.setTextureCube=he,this.rebindTextures=De,this.setupRenderTarget=Oe,this.updateRenderTargetMipmap=ke,this.updateMultisampleRenderTarget=je,this.setupDepthRenderbuffer=Ee,this.setupFrameBufferTexture=H,this.useMultisampledRTT=Ne,this.dispose=ie}function vs(e,t){function n(n,r=``){let i,a=U.getTransfer(r);if(n===1009)return e.UNSIGNED_BYTE;if(n===1017)return e.UNSIGNED_SHORT_4_4_4_4;if(n===1018)return e.UNSIGNED_SHORT_5_5_5_1;if(n===35902)return e.UNSIGNED_INT_5_9_9_9_REV;if(n===35899)return e.UNSIGNED_INT_10F_11F_11F_REV;if(n===1010)return e.BYTE;if(n===1011)return e.SHORT;if(n===1012)return e.UNSIGNED_SHORT;if(n===1013)return e.INT;if(n===1014)return e.UNSIGNED_INT;if(n===1015)return e.FLOAT;if(n===1016)return e.HALF_FLOAT;if(n===1021)return e.ALPHA;if(n===1022)return e.RGB;if(n===1023)return e.RGBA;if(n===1026)return e.DEPTH_COMPONENT;if(n===1027)return e.DEPTH_STENCIL;if(n===1028)return e.RED;if(n===1029)return e.RED_INTEGER;if(n===1030)return e.RG;if(n===1031)return e.RG_INTEGER;if(n===1033)return e.RGBA_INTEGER;if(n===33776||n===33777||n===33778||n===33779){if(a===`srgb`){if(i=t.get(`WEBGL_compressed_texture_s3tc_srgb`),i!==null){if(n===33776)return i.COMPRESSED_SRGB_S3TC_DXT1_EXT;if(n===33777)return i.COMPRESSED_SRGB_ALPHA_S3TC_DXT1_EXT;if(n===33778)return i.COMPRESSED_SRGB_ALPHA_S3TC_DXT3_EXT;if(n===33779)return i.COMPRESSED_SRGB_ALPHA_S3TC_DXT5_EXT}else return null}else if(i=t.get(`WEBGL_compressed_texture_s3tc`),i!==null){if(n===33776)return i.COMPRESSED_RGB_S3TC_DXT1_EXT;if(n===33777)return i.COMPRESSED_RGBA_S3TC_DXT1_EXT;if(n===33778)return i.COMPRESSED_RGBA_S3TC_DXT3_EXT;if(n===33779)return i.COMPRESSED_RGBA_S3TC_DXT5_EXT}else return null}if(n===35840||n===35841||n===35842||n===35843){if(i=t.get(`WEBGL_compressed_texture_pvrtc`),i!==null){if(n===35840)return i.COMPRESSED_RGB_PVRTC_4BPPV1_IMG;if(n===35841)return i.COMPRESSED_RGB_PVRTC_2BPPV1_IMG;if(n===35842)return i.COMPRESSED_RGBA_PVRTC_4BPPV1_IMG;if(n===35843)return i.COMPRESSED_RGBA_PVRTC_2BPPV1_IMG}else return null}if(n===36196||n===37492||n===37496||n===37488||n===37489||n===37490||n===37491){if(i=t.get(`WEBGL_compressed_texture_etc`),i!==null){if(n===36196||n===37492)return a===`srgb`?i.COMPRESSED_SRGB8_ETC2:i.COMPRESSED_RGB8_ETC2;if(n===37496)return a===`srgb`?i.COMPRESSED_SRGB8_ALPHA8_ETC2_EAC:i.COMPRESSED_RGBA8_ETC2_EAC;if(n===37488)return i.COMPRESSED_R11_EAC;if(n===37489)return i.COMPRESSED_SIGNED_R11_EAC;if(n===37490)return i.COMPRESSED_RG11_EAC;if(n===37491)return i.COMPRESSED_SIGNED_RG11_EAC}else return null}if(n===37808||n===37809||n===37810||n===37811||n===37812||n===37813||n===37814||n===37815||n===37816||n===37817||n===37818||n===37819||n===37820||n===37821){if(i=t.get(`WEBGL_compressed_texture_astc`),i!==null){if(n===37808)return a===`srgb`?i.COMPRESSED_SRGB8_ALPHA8_ASTC_4x4_KHR:i.COMPRESSED_RGBA_ASTC_4x4_KHR;if(n===37809)return a===`srgb`?i.COMPRESSED_SRGB8_ALPHA8_ASTC_5x4_KHR:i.COMPRESSED_RGBA_ASTC_5x4_KHR;if(n===37810)return a===`srgb`?i.COMPRESSED_SRGB8_ALPHA8_ASTC_5x5_KHR:i.COMPRESSED_RGBA_ASTC_5x5_KHR;if(n===37811)return a===`srgb`?i.COMPRESSED_SRGB8_ALPHA8_ASTC_6x5_KHR:i.COMPRESSED_RGBA_ASTC_6x5_KHR;if(n===37812)return a===`srgb`?i.COMPRESSED_SRGB8_ALPHA8_ASTC_6x6_KHR:i.COMPRESSED_RGBA_ASTC_6x6_KHR;if(n===37813)return a===`srgb`?i.COMPRESSED_SRGB8_ALPHA8_ASTC_8x5_KHR:i.COMPRESSED_RGBA_ASTC_8x5_KHR;if(n===37814)return a===`srgb`?i.COMPRESSED_SRGB8_ALPHA8_ASTC_8x6_KHR:i.COMPRESSED_RGBA_ASTC_8x6_KHR;if(n===37815)return a===`srgb`?i.COMPRESSED_SRGB8_ALPHA8_ASTC_8x8_KHR:i.COMPRESSED_RGBA_ASTC_8x8_KHR;if(n===37816)return a===`srgb`?i.COMPRESSED_SRGB8_ALPHA8_ASTC_10x5_KHR:i.COMPRESSED_RGBA_ASTC_10x5_KHR;if(n===37817)return a===`srgb`?i.COMPRESSED_SRGB8_ALPHA8_ASTC_10x6_KHR:i.COMPRESSED_RGBA_ASTC_10x6_KHR;if(n===37818)return a===`srgb`?i.COMPRESSED_SRGB8_ALPHA8_ASTC_10x8_KHR:i.COMPRESSED_RGBA_ASTC_10x8_KHR;if(n===37819)return a===`srgb`?i.COMPRESSED_SRGB8_ALPHA8_ASTC_10x10_KHR:i.COMPRESSED_RGBA_ASTC_10x10_KHR;if(n===37820)return a===`srgb`?i.COMPRESSED_SRGB8_ALPHA8_ASTC_12x10_KHR:i.COMPRESSED_RGBA_ASTC_12x10_KHR;if(n===37821)return a===`srgb`?i.COMPRESSED_SRGB8_ALPHA8_ASTC_12x12_KHR:i.COMPRESSED_RGBA_ASTC_12x12_KHR}else return null}if(n===36492||n===36494||n===36495){if(i=t.get(`EXT_texture_compression_bptc`),i!==null){if(n===36492)return a===`srgb`?i.COMPRESSED_SRGB_ALPHA_BPTC_UNORM_EXT:i.COMPRESSED_RGBA_BPTC_UNORM_EXT;if(n===36494)return i.COMPRESSED_RGB_BPTC_SIGNED_FLOAT_EXT;if(n===36495)return i.COMPRESSED_RGB_BPTC_UNSIGNED_FLOAT_EXT}else return null}if(n===36283||n===36284||n===36285||n===36286){if(i=t.get(`EXT_texture_compression_rgtc`),i!==null){if(n===36283)return i.COMPRESSED_RED_RGTC1_EXT;if(n===36284)return i.COMPRESSED_SIGNED_RED_RGTC1_EXT;if(n===36285)return i.COMPRESSED_RED_GREEN_RGTC2_EXT;if(n===36286)return i.COMPRESSED_SIGNED_RED_GREEN_RGTC2_EXT}else return null}return n===1020?e.UNSIGNED_INT_24_8:e[n]===void 0?null:e[n]}return{convert:n}}var ys=`
void main() {

	gl_Position = vec4( position, 1.0 );

}`,bs=`
uniform sampler2DArray depthColor;
uniform float depthWidth;
uniform float depthHeight;

void main() {

	vec2 coord = vec2( gl_FragCoord.x / depthWidth, gl_FragCoord.y / depthHeight );

	if ( coord.x >= 1.0 ) {

		gl_FragDepth = texture( depthColor, vec3( coord.x - 1.0, coord.y, 1 ) ).r;

	} else {

		gl_FragDepth = texture( depthColor, vec3( coord.x, coord.y, 0 ) ).r;

	}

}`,xs=class{constructor(){this.texture=null,this.mesh=null,this.depthNear=0,this.depthFar=0}init(e,t){if(this.texture===null){let n=new er(e.texture);(e.depthNear!==t.depthNear||e.depthFar!==t.depthFar)&&(this.depthNear=e.depthNear,this.depthFar=e.depthFar),this.texture=n}}getMesh(e){if(this.texture!==null&&this.mesh===null){let t=e.cameras[0].viewport,n=new dr({vertexShader:ys,fragmentShader:bs,uniforms:{depthColor:{value:this.texture},depthWidth:{value:t.z},depthHeight:{value:t.w}}});this.mesh=new Vn(new nr(20,20),n)}return this.mesh}reset(){this.texture=null,this.mesh=null}getDepthTexture(){return this.texture}},Ss=class extends ue{constructor(e,t){super();let n=this,r=null,i=1,a=null,o=`local-floor`,s=1,l=null,d=null,f=null,p=null,m=null,y=null,b=typeof XRWebGLBinding<`u`,x=new xs,S={},C=t.getContextAttributes(),w=null,T=null,E=[],D=[],O=new B,ee=null,k=null,te=new Xr;te.viewport=new Le;let A=new Xr;A.viewport=new Le;let j=[te,A],M=new ni,N=null,ne=null;this.cameraAutoUpdate=!0,this.enabled=!1,this.isPresenting=!1,this.getController=function(e){let t=E[e];return t===void 0&&(t=new gt,E[e]=t),t.getTargetRaySpace()},this.getControllerGrip=function(e){let t=E[e];return t===void 0&&(t=new gt,E[e]=t),t.getGripSpace()},this.getHand=function(e){let t=E[e];return t===void 0&&(t=new gt,E[e]=t),t.getHandSpace()};function P(e){let t=D.indexOf(e.inputSource);if(t===-1)return;let n=E[t];n!==void 0&&(n.update(e.inputSource,e.frame,l||a),n.dispatchEvent({type:e.type,data:e.inputSource}))}function F(){r.removeEventListener(`select`,P),r.removeEventListener(`selectstart`,P),r.removeEventListener(`selectend`,P),r.removeEventListener(`squeeze`,P),r.removeEventListener(`squeezestart`,P),r.removeEventListener(`squeezeend`,P),r.removeEventListener(`end`,F),r.removeEventListener(`inputsourceschange`,re);for(let e=0;e<E.length;e++){let t=D[e];t!==null&&(D[e]=null,E[e].disconnect(t))}N=null,ne=null,x.reset();for(let e in S)delete S[e];if(e.setRenderTarget(w),m=null,p=null,f=null,r=null,T=null,R.stop(),n.isPresenting=!1,e.setPixelRatio(ee),e.setSize(O.width,O.height,!1),k!==null){let e=k.camera;e.fov=k.fov,e.zoom=k.zoom,e.updateProjectionMatrix(),k=null}n.dispatchEvent({type:`sessionend`})}this.setFramebufferScaleFactor=function(e){i=e,n.isPresenting===!0&&L(`WebXRManager: Cannot change framebuffer scale while presenting.`)},this.setReferenceSpaceType=function(e){o=e,n.isPresenting===!0&&L(`WebXRManager: Cannot change reference space type while presenting.`)},this.getReferenceSpace=function(){return l||a},this.setReferenceSpace=function(e){l=e},this.getBaseLayer=function(){return p===null?m:p},this.getBinding=function(){return f===null&&b&&(f=new XRWebGLBinding(r,t)),f},this.getFrame=function(){return y},this.getSession=function(){return r},this.setSession=async function(d){if(r=d,r!==null){if(w=e.getRenderTarget(),r.addEventListener(`select`,P),r.addEventListener(`selectstart`,P),r.addEventListener(`selectend`,P),r.addEventListener(`squeeze`,P),r.addEventListener(`squeezestart`,P),r.addEventListener(`squeezeend`,P),r.addEventListener(`end`,F),r.addEventListener(`inputsourceschange`,re),C.xrCompatible!==!0&&await t.makeXRCompatible(),ee=e.getPixelRatio(),e.getSize(O),b&&`createProjectionLayer`in XRWebGLBinding.prototype){let n=null,a=null,o=null;C.depth&&(o=C.stencil?t.DEPTH24_STENCIL8:t.DEPTH_COMPONENT24,n=C.stencil?v:_,a=C.stencil?h:u);let s={colorFormat:t.RGBA8,depthFormat:o,scaleFactor:i};f=this.getBinding(),p=f.createProjectionLayer(s),r.updateRenderState({layers:[p]}),e.setPixelRatio(1),e.setSize(p.textureWidth,p.textureHeight,!1),T=new ze(p.textureWidth,p.textureHeight,{format:g,type:c,depthTexture:new Qn(p.textureWidth,p.textureHeight,a,void 0,void 0,void 0,void 0,void 0,void 0,n),stencilBuffer:C.stencil,colorSpace:e.outputColorSpace,samples:C.antialias?4:0,resolveDepthBuffer:p.ignoreDepthValues===!1,resolveStencilBuffer:p.ignoreDepthValues===!1,storeMultisampledDepthBuffer:p.ignoreDepthValues===!1,storeMultisampledStencilBuffer:p.ignoreDepthValues===!1})}else{let n={antialias:C.antialias,alpha:!0,depth:C.depth,stencil:C.stencil,framebufferScaleFactor:i};m=new XRWebGLLayer(r,t,n),r.updateRenderState({baseLayer:m}),e.setPixelRatio(1),e.setSize(m.framebufferWidth,m.framebufferHeight,!1),T=new ze(m.framebufferWidth,m.framebufferHeight,{format:g,type:c,colorSpace:e.outputColorSpace,stencilBuffer:C.stencil,resolveDepthBuffer:m.ignoreDepthValues===!1,resolveStencilBuffer:m.ignoreDepthValues===!1,storeMultisampledDepthBuffer:m.ignoreDepthValues===!1,storeMultisampledStencilBuffer:m.ignoreDepthValues===!1})}T.isXRRenderTarget=!0,this.setFoveation(s),l=null,a=await r.requestReferenceSpace(o),R.setContext(r),R.start(),n.isPresenting=!0,n.dispatchEvent({type:`sessionstart`})}},this.getEnvironmentBlendMode=function(){if(r!==null)return r.environmentBlendMode},this.getDepthTexture=function(){return x.getDepthTexture()};function re(e){for(let t=0;t<e.removed.length;t++){let n=e.removed[t],r=D.indexOf(n);r>=0&&(D[r]=null,E[r].disconnect(n))}for(let t=0;t<e.added.length;t++){let n=e.added[t],r=D.indexOf(n);if(r===-1){for(let e=0;e<E.length;e++)if(e>=D.length){D.push(n),r=e;break}else if(D[e]===null){D[e]=n,r=e;break}if(r===-1)break}let i=E[r];i&&i.connect(n)}}function ie(e,t){t===null?e.matrixWorld.copy(e.matrix):e.matrixWorld.multiplyMatrices(t.matrixWorld,e.matrix),e.matrixWorldInverse.copy(e.matrixWorld).invert()}this.updateCamera=function(e){if(r===null)return;let t=e.near,n=e.far;x.texture!==null&&(x.depthNear>0&&(t=x.depthNear),x.depthFar>0&&(n=x.depthFar)),M.near=A.near=te.near=t,M.far=A.far=te.far=n,(N!==M.near||ne!==M.far)&&(r.updateRenderState({depthNear:M.near,depthFar:M.far}),N=M.near,ne=M.far),M.layers.mask=e.layers.mask|6,te.layers.mask=M.layers.mask&-5,A.layers.mask=M.layers.mask&-3;let i=e.parent,a=M.cameras;ie(M,i);for(let e=0;e<a.length;e++)ie(a[e],i);M.projectionMatrix.copy(te.projectionMatrix),M.projectionMatrixInverse.copy(te.projectionMatrixInverse),k===null&&e.isPerspectiveCamera&&(k={camera:e,fov:e.fov,zoom:e.zoom}),I(e,M,i)};function I(e,t,n){n===null?e.matrix.copy(t.matrixWorld):(e.matrix.copy(n.matrixWorld),e.matrix.invert(),e.matrix.multiply(t.matrixWorld)),e.matrix.decompose(e.position,e.quaternion,e.scale),e.updateMatrixWorld(!0),e.projectionMatrix.copy(t.projectionMatrix),e.projectionMatrixInverse.copy(t.projectionMatrixInverse),e.isPerspectiveCamera&&(e.fov=pe*2*Math.atan(1/e.projectionMatrix.elements[5]),e.zoom=1)}this.getCamera=function(){return M},this.getFoveation=function(){if(p!==null||m!==null)return s},this.setFoveation=function(e){s=e,p!==null&&(p.fixedFoveation=e),m!==null&&m.fixedFoveation!==void 0&&(m.fixedFoveation=e)},this.hasDepthSensing=function(){return x.texture!==null},this.getDepthSensingMesh=function(){return x.getMesh(M)},this.getCameraTexture=function(e){return S[e]};let ae=null;function oe(t,i){if(d=i.getViewerPose(l||a),y=i,d!==null){let t=d.views;m!==null&&(e.setRenderTargetFramebuffer(T,m.framebuffer),e.setRenderTarget(T));let i=!1;t.length!==M.cameras.length&&(M.cameras.length=0,i=!0);for(let n=0;n<t.length;n++){let r=t[n],a=null;if(m!==null)a=m.getViewport(r);else{let t=f.getViewSubImage(p,r);a=t.viewport,n===0&&(e.setRenderTargetTextures(T,t.colorTexture,t.depthStencilTexture),e.setRenderTarget(T))}let o=j[n];o===void 0&&(o=new Xr,o.layers.enable(n),o.viewport=new Le,j[n]=o),o.matrix.fromArray(r.transform.matrix),o.matrix.decompose(o.position,o.quaternion,o.scale),o.projectionMatrix.fromArray(r.projectionMatrix),o.projectionMatrixInverse.copy(o.projectionMatrix).invert(),o.viewport.set(a.x,a.y,a.width,a.height),n===0&&(M.matrix.copy(o.matrix),M.matrix.decompose(M.position,M.quaternion,M.scale)),i===!0&&M.cameras.push(o)}let a=r.enabledFeatures;if(a&&a.includes(`depth-sensing`)&&r.depthUsage==`gpu-optimized`&&b){f=n.getBinding();let e=f.getDepthInformation(t[0]);e&&e.isValid&&e.texture&&x.init(e,r.renderState)}if(a&&a.includes(`camera-access`)&&b){e.state.unbindTexture(),f=n.getBinding();for(let e=0;e<t.length;e++){let n=t[e].camera;if(n){let e=S[n];e||(e=new er,S[n]=e);let t=f.getCameraImage(n);e.sourceTexture=t}}}}for(let e=0;e<E.length;e++){let t=D[e],n=E[e];t!==null&&n!==void 0&&n.update(t,i,l||a)}ae&&ae(t,i),i.detectedPlanes&&n.dispatchEvent({type:`planesdetected`,data:i}),y=null}let R=new bi;R.setAnimationLoop(oe),this.setAnimationLoop=function(e){ae=e},this.dispose=function(){}}},Cs=new Ve,ws=new H;ws.set(-1,0,0,0,1,0,0,0,1);function Ts(e,t){function n(e,t){e.matrixAutoUpdate===!0&&e.updateMatrix(),t.value.copy(e.matrix)}function r(t,n){n.color.getRGB(t.fogColor.value,sr(e)),n.isFog?(t.fogNear.value=n.near,t.fogFar.value=n.far):n.isFogExp2&&(t.fogDensity.value=n.density)}function i(e,t,n,r,i){t.isNodeMaterial?t.uniformsNeedUpdate=!1:t.isMeshBasicMaterial?a(e,t):t.isMeshLambertMaterial?(a(e,t),t.envMap&&(e.envMapIntensity.value=t.envMapIntensity)):t.isMeshToonMaterial?(a(e,t),d(e,t)):t.isMeshPhongMaterial?(a(e,t),u(e,t),t.envMap&&(e.envMapIntensity.value=t.envMapIntensity)):t.isMeshStandardMaterial?(a(e,t),f(e,t),t.isMeshPhysicalMaterial&&p(e,t,i)):t.isMeshMatcapMaterial?(a(e,t),m(e,t)):t.isMeshDepthMaterial?a(e,t):t.isMeshDistanceMaterial?(a(e,t),h(e,t)):t.isMeshNormalMaterial?a(e,t):t.isLineBasicMaterial?(o(e,t),t.isLineDashedMaterial&&s(e,t)):t.isPointsMaterial?c(e,t,n,r):t.isSpriteMaterial?l(e,t):t.isShadowMaterial?(e.color.value.copy(t.color),e.opacity.value=t.opacity):t.isShaderMaterial&&(t.uniformsNeedUpdate=!1)}function a(e,r){e.opacity.value=r.opacity,r.color&&e.diffuse.value.copy(r.color),r.emissive&&e.emissive.value.copy(r.emissive).multiplyScalar(r.emissiveIntensity),r.map&&(e.map.value=r.map,n(r.map,e.mapTransform)),r.alphaMap&&(e.alphaMap.value=r.alphaMap,n(r.alphaMap,e.alphaMapTransform)),r.bumpMap&&(e.bumpMap.value=r.bumpMap,n(r.bumpMap,e.bumpMapTransform),e.bumpScale.value=r.bumpScale,r.side===1&&(e.bumpScale.value*=-1)),r.normalMap&&(e.normalMap.value=r.normalMap,n(r.normalMap,e.normalMapTransform),e.normalScale.value.copy(r.normalScale),r.side===1&&e.normalScale.value.negate()),r.displacementMap&&(e.displacementMap.value=r.displacementMap,n(r.displacementMap,e.displacementMapTransform),e.displacementScale.value=r.displacementScale,e.displacementBias.value=r.displacementBias),r.emissiveMap&&(e.emissiveMap.value=r.emissiveMap,n(r.emissiveMap,e.emissiveMapTransform)),r.specularMap&&(e.specularMap.value=r.specularMap,n(r.specularMap,e.specularMapTransform)),r.alphaTest>0&&(e.alphaTest.value=r.alphaTest);let i=t.get(r),a=i.envMap,o=i.envMapRotation;a&&(e.envMap.value=a,e.envMapRotation.value.setFromMatrix4(Cs.makeRotationFromEuler(o)).transpose(),a.isCubeTexture&&a.isRenderTargetTexture===!1&&e.envMapRotation.value.premultiply(ws),e.reflectivity.value=r.reflectivity,e.ior.value=r.ior,e.refractionRatio.value=r.refractionRatio),r.lightMap&&(e.lightMap.value=r.lightMap,e.lightMapIntensity.value=r.lightMapIntensity,n(r.lightMap,e.lightMapTransform)),r.aoMap&&(e.aoMap.value=r.aoMap,e.aoMapIntensity.value=r.aoMapIntensity,n(r.aoMap,e.aoMapTransform))}function o(e,t){e.diffuse.value.copy(t.color),e.opacity.value=t.opacity,t.map&&(e.map.value=t.map,n(t.map,e.mapTransform))}function s(e,t){e.dashSize.value=t.dashSize,e.totalSize.value=t.dashSize+t.gapSize,e.scale.value=t.scale}function c(e,t,r,i){e.diffuse.value.copy(t.color),e.opacity.value=t.opacity,e.size.value=t.size*r,e.scale.value=i*.5,t.map&&(e.map.value=t.map,n(t.map,e.uvTransform)),t.alphaMap&&(e.alphaMap.value=t.alphaMap,n(t.alphaMap,e.alphaMapTransform)),t.alphaTest>0&&(e.alphaTest.value=t.alphaTest)}function l(e,t){e.diffuse.value.copy(t.color),e.opacity.value=t.opacity,e.rotation.value=t.rotation,t.map&&(e.map.value=t.map,n(t.map,e.mapTransform)),t.alphaMap&&(e.alphaMap.value=t.alphaMap,n(t.alphaMap,e.alphaMapTransform)),t.alphaTest>0&&(e.alphaTest.value=t.alphaTest)}function u(e,t){e.specular.value.copy(t.specular),e.shininess.value=Math.max(t.shininess,1e-4)}function d(e,t){t.gradientMap&&(e.gradientMap.value=t.gradientMap)}function f(e,t){e.metalness.value=t.metalness,t.metalnessMap&&(e.metalnessMap.value=t.metalnessMap,n(t.metalnessMap,e.metalnessMapTransform)),e.roughness.value=t.roughness,t.roughnessMap&&(e.roughnessMap.value=t.roughnessMap,n(t.roughnessMap,e.roughnessMapTransform)),t.envMap&&(e.envMapIntensity.value=t.envMapIntensity)}function p(e,t,r){e.ior.value=t.ior,t.diffuseRoughness>0&&(e.diffuseRoughness.value=t.diffuseRoughness,t.diffuseRoughnessMap&&(e.diffuseRoughnessMap.value=t.diffuseRoughnessMap,n(t.diffuseRoughnessMap,e.diffuseRoughnessMapTransform))),t.sheen>0&&(e.sheenColor.value.copy(t.sheenColor).multiplyScalar(t.sheen),e.sheenRoughness.value=t.sheenRoughness,t.sheenColorMap&&(e.sheenColorMap.value=t.sheenColorMap,n(t.sheenColorMap,e.sheenColorMapTransform)),t.sheenRoughnessMap&&(e.sheenRoughnessMap.value=t.sheenRoughnessMap,n(t.sheenRoughnessMap,e.sheenRoughnessMapTransform))),t.clearcoat>0&&(e.clearcoat.value=t.clearcoat,e.clearcoatRoughness.value=t.clearcoatRoughness,t.clearcoatMap&&(e.clearcoatMap.value=t.clearcoatMap,n(t.clearcoatMap,e.clearcoatMapTransform)),t.clearcoatRoughnessMap&&(e.clearcoatRoughnessMap.value=t.clearcoatRoughnessMap,n(t.clearcoatRoughnessMap,e.clearcoatRoughnessMapTransform)),t.clearcoatNormalMap&&(e.clearcoatNormalMap.value=t.clearcoatNormalMap,n(t.clearcoatNormalMap,e.clearcoatNormalMapTransform),e.clearcoatNormalScale.value.copy(t.clearcoatNormalScale),t.side===1&&e.clearcoatNormalScale.value.negate())),t.dispersion>0&&(e.dispersion.value=t.dispersion),t.retroreflectivity>0&&(e.retroreflectivity.value=t.retroreflectivity),t.iridescence>0&&(e.iridescence.value=t.iridescence,e.iridescenceIOR.value=t.iridescenceIOR,e.iridescenceThicknessMinimum.value=t.iridescenceThicknessMinimum,e.iridescenceThicknessMaximum.value=t.iridescenceThicknessMaximum,t.iridescenceMap&&(e.iridescenceMap.value=t.iridescenceMap,n(t.iridescenceMap,e.iridescenceMapTransform)),t.iridescenceThicknessMap&&(e.iridescenceThicknessMap.value=t.iridescenceThicknessMap,n(t.iridescenceThicknessMap,e.iridescenceThicknessMapTransform))),t.transmission>0&&(e.transmission.value=t.transmission,e.transmissionSamplerMap.value=r.texture,e.transmissionSamplerSize.value.set(r.width,r.height),t.transmissionMap&&(e.transmissionMap.value=t.transmissionMap,n(t.transmissionMap,e.transmissionMapTransform)),e.thickness.value=t.thickness,t.thicknessMap&&(e.thicknessMap.value=t.thicknessMap,n(t.thicknessMap,e.thicknessMapTransform)),e.attenuationDistance.value=t.attenuationDistance,e.attenuationColor.value.copy(t.attenuationColor)),t.anisotropy>0&&(e.anisotropyVector.value.set(t.anisotropy*Math.cos(t.anisotropyRotation),t.anisotropy*Math.sin(t.anisotropyRotation)),t.anisotropyMap&&(e.anisotropyMap.value=t.anisotropyMap,n(t.anisotropyMap,e.anisotropyMapTransform))),e.specularIntensity.value=t.specularIntensity,e.specularColor.value.copy(t.specularColor),t.specularColorMap&&(e.specularColorMap.value=t.specularColorMap,n(t.specularColorMap,e.specularColorMapTransform)),t.specularIntensityMap&&(e.specularIntensityMap.value=t.specularIntensityMap,n(t.specularIntensityMap,e.specularIntensityMapTransform))}function m(e,t){t.matcap&&(e.matcap.value=t.matcap)}function h(e,n){let r=t.get(n).light;e.referencePosition.value.setFromMatrixPosition(r.matrixWorld),e.nearDistance.value=r.shadow.camera.near,e.farDistance.value=r.shadow.camera.far}return{refreshFogUniforms:r,refreshMaterialUniforms:i}}function Es(e,t,n,r){let i={},a={};function o(e,t){let n=t.program;r.uniformBlockBinding(e,n,i[e.id])}function s(e,n){let o=i[e.id];o===void 0&&(m(e),o=c(e),i[e.id]=o,e.addEventListener(`dispose`,g));let s=n.program;r.updateUBOMapping(e,s);let u=t.render.frame;a[e.id]!==u&&(l(e),a[e.id]=u)}function c(t){let n=e.createBuffer(),r=t.__size,i=t.usage;return e.bindBuffer(e.UNIFORM_BUFFER,n),e.bufferData(e.UNIFORM_BUFFER,r,i),e.bindBuffer(e.UNIFORM_BUFFER,null),n}function l(t){let n=i[t.id],r=t.uniforms,a=t.__cache;e.bindBuffer(e.UNIFORM_BUFFER,n);for(let e=0,t=r.length;e<t;e++){let t=r[e];if(Array.isArray(t))for(let n=0,r=t.length;n<r;n++)u(t[n],e,n,a);else u(t,e,0,a)}e.bindBuffer(e.UNIFORM_BUFFER,null)}function u(t,n,r,i){if(f(t,n,r,i)===!0){let n=t.__offset,r=t.value;if(Array.isArray(r)){let e=0;for(let n=0;n<r.length;n++){let i=r[n],a=h(i,!0);d(i,t.__data,e),e+=a.storage/Float32Array.BYTES_PER_ELEMENT}}else d(r,t.__data,0);e.bufferSubData(e.UNIFORM_BUFFER,n,t.__data)}}function d(e,t,n){typeof e==`number`||typeof e==`boolean`?t[n]=e:e.isMatrix3?(t[n]=e.elements[0],t[n+1]=e.elements[1],t[n+2]=e.elements[2],t[n+3]=0,t[n+4]=e.elements[3],t[n+5]=e.elements[4],t[n+6]=e.elements[5],t[n+7]=0,t[n+8]=e.elements[6],t[n+9]=e.elements[7],t[n+10]=e.elements[8],t[n+11]=0):ArrayBuffer.isView(e)?t.set(e.subarray(0,t.length-n),n):e.toArray(t,n)}function f(e,t,n,r){let i=e.value,a=t+`_`+n;if(Array.isArray(i)){r[a]===void 0&&(r[a]=[]);let e=r[a],t=!1;for(let n=0;n<i.length;n++)p(i[n],e,n)===!0&&(t=!0);return t}return p(i,r,a)}function p(e,t,n){if(t[n]===void 0)return t[n]=typeof e==`number`||typeof e==`boolean`?e:ArrayBuffer.isView(e)?e.slice():e.clone(),!0;{let r=t[n];if(typeof e==`number`||typeof e==`boolean`){if(r!==e)return t[n]=e,!0}else if(ArrayBuffer.isView(e))return!0;else if(r.equals(e)===!1)return r.copy(e),!0}return!1}function m(e){let t=e.uniforms,n=0;for(let e=0,r=t.length;e<r;e++){let r=Array.isArray(t[e])?t[e]:[t[e]];for(let i=0,a=r.length;i<a;i++){let a=r[i],o=Array.isArray(a.value)?a.value:[a.value],s=Array.isArray(t[e])||Array.isArray(a.value),c=n;for(let e=0,t=o.length;e<t;e++){let t=o[e],r=h(t,s),i=n%16,a=i%r.boundary,l=i+a;n+=a,l!==0&&16-l<r.storage&&(n+=16-l),e===0&&(c=n),n+=r.storage}a.__data=new(a.type===`int`?Int32Array:a.type===`uint`?Uint32Array:Float32Array)((n-c)/Float32Array.BYTES_PER_ELEMENT),a.__offset=c}}let r=n%16;return r>0&&(n+=16-r),e.__size=n,e.__cache={},this}function h(e,t){let n={boundary:0,storage:0};return typeof e==`number`||typeof e==`boolean`?(n.boundary=4,n.storage=4):e.isVector2?(n.boundary=8,n.storage=8):e.isVector3||e.isColor?(n.boundary=16,n.storage=12):e.isVector4?(n.boundary=16,n.storage=16):e.isMatrix3?(n.boundary=16,n.storage=48):e.isMatrix4?(n.boundary=16,n.storage=64):e.isTexture?L(`WebGLRenderer: Texture samplers can not be part of an uniforms group.`):ArrayBuffer.isView(e)?(n.boundary=16,n.storage=e.byteLength):L(`WebGLRenderer: Unsupported uniform value type.`,e),t===!0&&(n.boundary=16,n.storage=Math.ceil(n.storage/16)*16),n}function g(t){let n=t.target;n.removeEventListener(`dispose`,g),e.deleteBuffer(i[n.id]),delete i[n.id],delete a[n.id]}function _(){for(let t in i)e.deleteBuffer(i[t]);i={},a={}}return{bind:o,update:s,dispose:_}}var Ds=new Uint16Array([12469,15057,12620,14925,13266,14620,13807,14376,14323,13990,14545,13625,14713,13328,14840,12882,14931,12528,14996,12233,15039,11829,15066,11525,15080,11295,15085,10976,15082,10705,15073,10495,13880,14564,13898,14542,13977,14430,14158,14124,14393,13732,14556,13410,14702,12996,14814,12596,14891,12291,14937,11834,14957,11489,14958,11194,14943,10803,14921,10506,14893,10278,14858,9960,14484,14039,14487,14025,14499,13941,14524,13740,14574,13468,14654,13106,14743,12678,14818,12344,14867,11893,14889,11509,14893,11180,14881,10751,14852,10428,14812,10128,14765,9754,14712,9466,14764,13480,14764,13475,14766,13440,14766,13347,14769,13070,14786,12713,14816,12387,14844,11957,14860,11549,14868,11215,14855,10751,14825,10403,14782,10044,14729,9651,14666,9352,14599,9029,14967,12835,14966,12831,14963,12804,14954,12723,14936,12564,14917,12347,14900,11958,14886,11569,14878,11247,14859,10765,14828,10401,14784,10011,14727,9600,14660,9289,14586,8893,14508,8533,15111,12234,15110,12234,15104,12216,15092,12156,15067,12010,15028,11776,14981,11500,14942,11205,14902,10752,14861,10393,14812,9991,14752,9570,14682,9252,14603,8808,14519,8445,14431,8145,15209,11449,15208,11451,15202,11451,15190,11438,15163,11384,15117,11274,15055,10979,14994,10648,14932,10343,14871,9936,14803,9532,14729,9218,14645,8742,14556,8381,14461,8020,14365,7603,15273,10603,15272,10607,15267,10619,15256,10631,15231,10614,15182,10535,15118,10389,15042,10167,14963,9787,14883,9447,14800,9115,14710,8665,14615,8318,14514,7911,14411,7507,14279,7198,15314,9675,15313,9683,15309,9712,15298,9759,15277,9797,15229,9773,15166,9668,15084,9487,14995,9274,14898,8910,14800,8539,14697,8234,14590,7790,14479,7409,14367,7067,14178,6621,15337,8619,15337,8631,15333,8677,15325,8769,15305,8871,15264,8940,15202,8909,15119,8775,15022,8565,14916,8328,14804,8009,14688,7614,14569,7287,14448,6888,14321,6483,14088,6171,15350,7402,15350,7419,15347,7480,15340,7613,15322,7804,15287,7973,15229,8057,15148,8012,15046,7846,14933,7611,14810,7357,14682,7069,14552,6656,14421,6316,14251,5948,14007,5528,15356,5942,15356,5977,15353,6119,15348,6294,15332,6551,15302,6824,15249,7044,15171,7122,15070,7050,14949,6861,14818,6611,14679,6349,14538,6067,14398,5651,14189,5311,13935,4958,15359,4123,15359,4153,15356,4296,15353,4646,15338,5160,15311,5508,15263,5829,15188,6042,15088,6094,14966,6001,14826,5796,14678,5543,14527,5287,14377,4985,14133,4586,13869,4257,15360,1563,15360,1642,15358,2076,15354,2636,15341,3350,15317,4019,15273,4429,15203,4732,15105,4911,14981,4932,14836,4818,14679,4621,14517,4386,14359,4156,14083,3795,13808,3437,15360,122,15360,137,15358,285,15355,636,15344,1274,15322,2177,15281,2765,15215,3223,15120,3451,14995,3569,14846,3567,14681,3466,14511,3305,14344,3121,14037,2800,13753,2467,15360,0,15360,1,15359,21,15355,89,15346,253,15325,479,15287,796,15225,1148,15133,1492,15008,1749,14856,1882,14685,1886,14506,1783,14324,1608,13996,1398,13702,1183]),Os=null;function ks(){return Os===null&&(Os=new Wn(Ds,16,16,b,f),Os.name=`DFG_LUT`,Os.minFilter=o,Os.magFilter=o,Os.wrapS=r,Os.wrapT=r,Os.generateMipmaps=!1,Os.needsUpdate=!0),Os}var As=class{constructor(e={}){let{canvas:t=ie(),context:n=null,depth:r=!0,stencil:i=!1,alpha:a=!1,antialias:o=!1,premultipliedAlpha:d=!0,preserveDrawingBuffer:g=!1,powerPreference:_=`default`,failIfMajorPerformanceCaveat:v=!1,reversedDepthBuffer:b=!1,outputBufferType:C=c}=e;this.isWebGLRenderer=!0;let w;if(n!==null){if(typeof WebGLRenderingContext<`u`&&n instanceof WebGLRenderingContext)throw Error(`THREE.WebGLRenderer: WebGL 1 is not supported since r163.`);w=n.getContextAttributes().alpha}else w=a;let T=C,E=new Set([S,x,y]),D=new Set([c,u,l,h,p,m]),O=new Uint32Array(4),ee=new Int32Array(4),te={textures:[],min:[],max:[],resolution:[]},A=null,j=null,M=[],N=[],P=null;this.domElement=t,this.debug={checkShaderErrors:!0,diagnostics:{keywords:!1},onShaderError:null},this.autoClear=!0,this.autoClearColor=!0,this.autoClearDepth=!0,this.autoClearStencil=!0,this.sortObjects=!0,this.clippingPlanes=[],this.localClippingEnabled=!1,this.toneMapping=0,this.toneMappingExposure=1,this.transmissionResolutionScale=1;let F=this,re=!1,I=null,oe=null,se=null,le=null;this._outputColorSpace=k;let ue=0,de=0,fe=null,pe=-1,me=null,z=new Le,he=new Le,ge=null,_e=new J(0),ve=0,ye=t.width,be=t.height,B=1,xe=null,Se=null,Ce=new Le(0,0,ye,be),H=new Le(0,0,ye,be),we=!1,Te=new Jn,Ee=new Xn,De=!1,Oe=!1,ke=new Ve,Ae=new V,je=new Le,Me={background:null,fog:null,environment:null,overrideMaterial:null,isScene:!0},Ne=!1;function Pe(){return fe===null?B:1}let W=n;function Fe(e,n){return t.getContext(e,n)}let Ie,Re,G,Be,K,q,He,Ue,We,Ge,Ke,qe,Je,Ye,Xe,Ze,Qe,$e,et,tt,nt,rt,it;try{let e={alpha:!0,depth:r,stencil:i,antialias:o,premultipliedAlpha:d,preserveDrawingBuffer:g,powerPreference:_,failIfMajorPerformanceCaveat:v};if(`setAttribute`in t&&t.setAttribute(`data-engine`,`three.js r187`),t.addEventListener(`webglcontextlost`,st,!1),t.addEventListener(`webglcontextrestored`,ct,!1),t.addEventListener(`webglcontextcreationerror`,lt,!1),W===null){let t=`webgl2`;if(W=Fe(t,e),W===null)throw Fe(t)?Error(`THREE.WebGLRenderer: Error creating WebGL context with your selected attributes.`):Error(`THREE.WebGLRenderer: Error creating WebGL context.`)}at()}catch(e){throw t.removeEventListener(`webglcontextlost`,st,!1),t.removeEventListener(`webglcontextrestored`,ct,!1),t.removeEventListener(`webglcontextcreationerror`,lt,!1),R(`WebGLRenderer: `+e.message),e}function at(){Ie=new Yi(W),Ie.init(),nt=new vs(W,Ie),Re=new ki(W,Ie,e,nt),G=new gs(W,Ie),Re.reversedDepthBuffer&&b&&G.buffers.depth.setReversed(!0),oe=W.createFramebuffer(),se=W.createFramebuffer(),le=W.createFramebuffer(),Be=new Qi(W),K=new Xo,q=new _s(W,Ie,G,K,Re,nt,Be),He=new Ji(F),Ue=new xi(W),rt=new Di(W,Ue),We=new Xi(W,Ue,Be,rt),Ge=new ea(W,We,Ue,rt,Be),$e=new $i(W,Re,q),Xe=new Ai(K),Ke=new Yo(F,He,Ie,Re,rt,Xe),qe=new Ts(F,K),Je=new es,Ye=new ss(Ie),Qe=new Ei(F,He,G,Ge,w,d),Ze=new hs(F,Ge,Re),it=new Es(W,Be,Re,G),et=new Oi(W,Ie,Be),tt=new Zi(W,Ie,Be),Be.programs=Ke.programs,F.capabilities=Re,F.extensions=Ie,F.properties=K,F.renderLists=Je,F.shadowMap=Ze,F.state=G,F.info=Be}T!==1009&&(P=new na(T,t.width,t.height,o,r,i));let ot=new Ss(F,W);this.xr=ot,this.getContext=function(){return W},this.getContextAttributes=function(){return W.getContextAttributes()},this.forceContextLoss=function(){let e=Ie.get(`WEBGL_lose_context`);e&&e.loseContext()},this.forceContextRestore=function(){let e=Ie.get(`WEBGL_lose_context`);e&&e.restoreContext()},this.getPixelRatio=function(){return B},this.setPixelRatio=function(e){e!==void 0&&(B=e,this.setSize(ye,be,!1))},this.getSize=function(e){return e.set(ye,be)},this.setSize=function(e,n,r=!0){ot.isPresenting?L(`WebGLRenderer: Can't change size while VR device is presenting.`):(ye=e,be=n,t.width=Math.floor(e*B),t.height=Math.floor(n*B),r===!0&&(t.style.width=e+`px`,t.style.height=n+`px`),P!==null&&P.setSize(t.width,t.height),this.setViewport(0,0,e,n))},this.getDrawingBufferSize=function(e){return e.set(ye*B,be*B).floor()},this.setDrawingBufferSize=function(e,n,r){ye=e,be=n,B=r,t.width=Math.floor(e*r),t.height=Math.floor(n*r),this.setViewport(0,0,e,n)},this.setEffects=function(e){if(T===1009)R(`WebGLRenderer: setEffects() requires outputBufferType set to HalfFloatType or FloatType.`);else{if(e){for(let t=0;t<e.length;t++)if(e[t].isOutputPass===!0){L(`WebGLRenderer: OutputPass is not needed in setEffects(). Tone mapping and color space conversion are applied automatically.`);break}}P.setEffects(e||[])}},this.getCurrentViewport=function(e){return e.copy(z)},this.getViewport=function(e){return e.copy(Ce)},this.setViewport=function(e,t,n,r){e.isVector4?Ce.set(e.x,e.y,e.z,e.w):Ce.set(e,t,n,r),G.viewport(z.copy(Ce).multiplyScalar(Pe()).round())},this.getScissor=function(e){return e.copy(H)},this.setScissor=function(e,t,n,r){e.isVector4?H.set(e.x,e.y,e.z,e.w):H.set(e,t,n,r),G.scissor(he.copy(H).multiplyScalar(Pe()).round())},this.getScissorTest=function(){return we},this.setScissorTest=function(e){G.setScissorTest(we=e)},this.setOpaqueSort=function(e){xe=e},this.setTransparentSort=function(e){Se=e},this.getClearColor=function(e){return e.copy(Qe.getClearColor())},this.setClearColor=function(){Qe.setClearColor(...arguments)},this.getClearAlpha=function(){return Qe.getClearAlpha()},this.setClearAlpha=function(){Qe.setClearAlpha(...arguments)},this.clear=function(e=!0,t=!0,n=!0){let r=0;if(e){let e=!1;if(fe!==null){let t=fe.texture.format;e=E.has(t)}if(e){let e=fe.texture.type,t=D.has(e),n=Qe.getClearColor(),r=Qe.getClearAlpha(),i=n.r,a=n.g,o=n.b;t?(O[0]=i,O[1]=a,O[2]=o,O[3]=r,W.clearBufferuiv(W.COLOR,0,O)):(ee[0]=i,ee[1]=a,ee[2]=o,ee[3]=r,W.clearBufferiv(W.COLOR,0,ee))}else r|=W.COLOR_BUFFER_BIT}t&&(r|=W.DEPTH_BUFFER_BIT,this.state.buffers.depth.setMask(!0)),n&&(r|=W.STENCIL_BUFFER_BIT,this.state.buffers.stencil.setMask(4294967295)),r!==0&&W.clear(r)},this.clearColor=function(){this.clear(!0,!1,!1)},this.clearDepth=function(){this.clear(!1,!0,!1)},this.clearStencil=function(){this.clear(!1,!1,!0)},this.setNodesHandler=function(e){e.setRenderer(this),I=e},this.dispose=function(){t.removeEventListener(`webglcontextlost`,st,!1),t.removeEventListener(`webglcontextrestored`,ct,!1),t.removeEventListener(`webglcontextcreationerror`,lt,!1),Qe.dispose(),Je.dispose(),Ye.dispose(),q.dispose(),K.dispose(),He.dispose(),Ge.dispose(),We.dispose(),rt.dispose(),it.dispose(),Ke.dispose(),ot.dispose(),ot.removeEventListener(`sessionstart`,gt),ot.removeEventListener(`sessionend`,_t),vt.stop()};function st(e){e.preventDefault(),ae(`WebGLRenderer: Context Lost.`),re=!0}function ct(){ae(`WebGLRenderer: Context Restored.`),re=!1;let e=Be.autoReset,t=Ze.enabled,n=Ze.autoUpdate,r=Ze.needsUpdate,i=Ze.type;at(),Be.autoReset=e,Ze.enabled=t,Ze.autoUpdate=n,Ze.needsUpdate=r,Ze.type=i}function lt(e){R(`WebGLRenderer: A WebGL context could not be created. Reason: `,e.statusMessage)}function ut(e){let t=e.target;t.removeEventListener(`dispose`,ut),dt(t)}function dt(e){ft(e),K.remove(e)}function ft(e){let t=K.get(e).programs;t!==void 0&&(t.forEach(function(e){Ke.releaseProgram(e)}),e.isShaderMaterial&&Ke.releaseShaderCache(e))}this.renderBufferDirect=function(e,t,n,r,i,a){t===null&&(t=Me);let o=i.isMesh&&i.matrixWorld.determinantAffine()<0,s=kt(e,t,n,r,i);G.setMaterial(r,o);let c=n.index,l=1;if(r.wireframe===!0){if(c=We.getWireframeAttribute(n),c===void 0)return;l=2}let u=n.drawRange,d=n.attributes.position,f=u.start*l,p=(u.start+u.count)*l;a!==null&&(f=Math.max(f,a.start*l),p=Math.min(p,(a.start+a.count)*l)),c===null?d!=null&&(f=Math.max(f,0),p=Math.min(p,d.count)):(f=Math.max(f,0),p=Math.min(p,c.count));let m=p-f;if(m<0||m===1/0)return;rt.setup(i,r,s,n,c);let h,g=et;if(c!==null&&(h=Ue.get(c),g=tt,g.setIndex(h)),i.isMesh)r.wireframe===!0?(G.setLineWidth(r.wireframeLinewidth*Pe()),g.setMode(W.LINES)):g.setMode(W.TRIANGLES);else if(i.isLine){let e=r.linewidth;e===void 0&&(e=1),G.setLineWidth(e*Pe()),i.isLineSegments?g.setMode(W.LINES):i.isLineLoop?g.setMode(W.LINE_LOOP):g.setMode(W.LINE_STRIP)}else i.isPoints?g.setMode(W.POINTS):i.isSprite&&g.setMode(W.TRIANGLES);if(i.isBatchedMesh){if(Ie.get(`WEBGL_multi_draw`))g.renderMultiDraw(i._multiDrawStarts,i._multiDrawCounts,i._multiDrawCount);else{let e=i._multiDrawStarts,t=i._multiDrawCounts,n=i._multiDrawCount,a=c?Ue.get(c).bytesPerElement:1,o=K.get(r).currentProgram.getUniforms();for(let r=0;r<n;r++)o.setValue(W,`_gl_DrawID`,r),g.render(e[r]/a,t[r])}}else if(i.isInstancedMesh)g.renderInstances(f,m,i.count);else if(n.isInstancedBufferGeometry){let e=n._maxInstanceCount===void 0?1/0:n._maxInstanceCount,t=Math.min(n.instanceCount,e);g.renderInstances(f,m,t)}else g.render(f,m)};function pt(e,t,n,r){I!==null&&e.isNodeMaterial&&I.setObject(r,e),De===!0&&Xe.setState(e,n,!1),e.transparent===!0&&e.side===2&&e.forceSinglePass===!1?(e.side=1,e.needsUpdate=!0,Tt(e,t,r),e.side=0,e.needsUpdate=!0,Tt(e,t,r),e.side=2):Tt(e,t,r)}this.compile=function(e,t,n=null){n===null&&(n=e),I!==null&&I.renderStart(e,t,n),j=Ye.get(n),j.init(t),N.push(j),n.traverseVisible(function(e){e.isLight&&e.layers.test(t.layers)&&(j.pushLight(e),e.castShadow&&j.pushShadow(e))}),e!==n&&e.traverseVisible(function(e){e.isLight&&e.layers.test(t.layers)&&(j.pushLight(e),e.castShadow&&j.pushShadow(e))}),j.setupLights(),I!==null&&I.updateLights(j.state.lightsArray),Oe=this.localClippingEnabled,De=Xe.init(this.clippingPlanes,Oe),De===!0&&Xe.setGlobalState(this.clippingPlanes,t),I!==null&&Ze.render(j.state.shadowsArray,n,t);let r=new Set;return e.traverse(function(e){if(!(e.isMesh||e.isPoints||e.isLine||e.isSprite))return;let i=e.material;if(i){if(Array.isArray(i))for(let a=0;a<i.length;a++){let o=i[a];pt(o,n,t,e),r.add(o)}else pt(i,n,t,e),r.add(i)}}),j=N.pop(),I!==null&&I.renderEnd(),r},this.compileAsync=function(e,t,n=null){let r=this.compile(e,t,n);return new Promise(t=>{function n(){r.forEach(function(e){let t=K.get(e).currentProgram;(t===void 0||t.isReady())&&r.delete(e)}),r.size===0?t(e):setTimeout(n,10)}Ie.get(`KHR_parallel_shader_compile`)===null?setTimeout(n,10):n()})};let mt=null;function ht(e){mt&&mt(e)}function gt(){vt.stop()}function _t(){vt.start()}let vt=new bi;vt.setAnimationLoop(ht),typeof self<`u`&&vt.setContext(self),this.setAnimationLoop=function(e){mt=e,ot.setAnimationLoop(e),e===null?vt.stop():vt.start()},ot.addEventListener(`sessionstart`,gt),ot.addEventListener(`sessionend`,_t),this.render=function(e,t){if(t!==void 0&&t.isCamera!==!0){R(`WebGLRenderer.render: camera is not an instance of THREE.Camera.`);return}if(re===!0)return;I!==null&&I.renderStart(e,t);let n=ot.enabled===!0&&ot.isPresenting===!0,r=P!==null&&(fe===null||n)&&P.begin(F,fe);if(e.matrixWorldAutoUpdate===!0&&e.updateMatrixWorld(),t.parent===null&&t.matrixWorldAutoUpdate===!0&&t.updateMatrixWorld(),ot.enabled===!0&&ot.isPresenting===!0&&(P===null||P.isCompositing()===!1)&&(ot.cameraAutoUpdate===!0&&ot.updateCamera(t),t=ot.getCamera()),e.isScene===!0&&e.onBeforeRender(F,e,t,fe),j=Ye.get(e,N.length),j.init(t),j.state.textureUnits=q.getTextureUnits(),N.push(j),ke.multiplyMatrices(t.projectionMatrix,t.matrixWorldInverse),t.isArrayCamera?Ee.setFromArrayCamera(t):Te.setFromProjectionMatrix(ke,ne,t.reversedDepth),Oe=this.localClippingEnabled,De=Xe.init(this.clippingPlanes,Oe),A=Je.get(e,M.length),A.init(),M.push(A),this.info.render.frame++,ot.enabled===!0&&ot.isPresenting===!0){let e=F.xr.getDepthSensingMesh();e!==null&&yt(e,t,-1/0,F.sortObjects)}yt(e,t,0,F.sortObjects),A.finish(),I!==null&&I.updateLights(j.state.lightsArray),F.sortObjects===!0&&A.sort(xe,Se),Ne=ot.enabled===!1||ot.isPresenting===!1||ot.hasDepthSensing()===!1,Ne&&Qe.addToRenderList(A,e),this.info.autoReset===!0&&this.info.reset(),De===!0&&Xe.beginShadows();let i=j.state.shadowsArray;if(Ze.render(i,e,t),De===!0&&Xe.endShadows(),(r&&P.hasRenderPass())===!1){let n=A.opaque,r=A.transmissive;if(j.setupLights(),t.isArrayCamera){let i=t.cameras;if(r.length>0)for(let t=0,a=i.length;t<a;t++){let a=i[t];xt(n,r,e,a)}Ne&&Qe.render(e);for(let t=0,n=i.length;t<n;t++){let n=i[t];bt(A,e,n,n.viewport)}}else r.length>0&&xt(n,r,e,t),Ne&&Qe.render(e),bt(A,e,t)}fe!==null&&de===0&&(q.updateMultisampleRenderTarget(fe),q.updateRenderTargetMipmap(fe)),r&&P.end(F),e.isScene===!0&&e.onAfterRender(F,e,t),rt.resetDefaultState(),pe=-1,me=null,N.pop(),N.length>0?(j=N[N.length-1],q.setTextureUnits(j.state.textureUnits),De===!0&&Xe.setGlobalState(F.clippingPlanes,j.state.camera)):j=null,M.pop(),A=M.length>0?M[M.length-1]:null,I!==null&&I.renderEnd()};function yt(e,t,n,r){if(e.visible===!1)return;if(e.layers.test(t.layers)){if(e.isGroup)n=e.renderOrder;else if(e.isLOD)e.autoUpdate===!0&&e.update(t);else if(e.isLight)j.pushLight(e),e.castShadow&&j.pushShadow(e);else if(e.isSprite){let i=t.isArrayCamera?Ee:Te;if(!e.frustumCulled||e.intersectsFrustum(i)){r&&je.setFromMatrixPosition(e.matrixWorld).applyMatrix4(ke);let i=Ge.update(e),a=e.material;a.visible&&A.push(e,i,a,n,je.z,null,t)}}else if(e.isMesh||e.isLine||e.isPoints){let i=t.isArrayCamera?Ee:Te;if(!e.frustumCulled||e.intersectsFrustum(i)){let i=Ge.update(e),a=e.material;if(r&&(e.boundingSphere===void 0?(i.boundingSphere===null&&i.computeBoundingSphere(),je.copy(i.boundingSphere.center)):(e.boundingSphere===null&&e.computeBoundingSphere(),je.copy(e.boundingSphere.center)),je.applyMatrix4(e.matrixWorld).applyMatrix4(ke)),Array.isArray(a)){let r=i.groups;for(let o=0,s=r.length;o<s;o++){let s=r[o],c=a[s.materialIndex];c&&c.visible&&A.push(e,i,c,n,je.z,s,t)}}else a.visible&&A.push(e,i,a,n,je.z,null,t)}}}let i=e.children;for(let e=0,a=i.length;e<a;e++)yt(i[e],t,n,r)}function bt(e,t,n,r){let{opaque:i,transmissive:a,transparent:o}=e;j.setupLightsView(n),De===!0&&Xe.setGlobalState(F.clippingPlanes,n),r&&G.viewport(z.copy(r)),i.length>0&&St(i,t,n),a.length>0&&St(a,t,n),o.length>0&&St(o,t,n),G.buffers.depth.setTest(!0),G.buffers.depth.setMask(!0),G.buffers.color.setMask(!0),G.setPolygonOffset(!1)}function xt(e,t,n,r){if((n.isScene===!0?n.overrideMaterial:null)!==null)return;if(j.state.transmissionRenderTarget[r.id]===void 0){let e=Ie.has(`EXT_color_buffer_half_float`)||Ie.has(`EXT_color_buffer_float`);j.state.transmissionRenderTarget[r.id]=new ze(1,1,{generateMipmaps:!0,type:e?f:c,minFilter:s,samples:Math.max(4,Re.samples),stencilBuffer:i,resolveDepthBuffer:!1,resolveStencilBuffer:!1,storeMultisampledDepthBuffer:!1,storeMultisampledStencilBuffer:!1,colorSpace:U.workingColorSpace})}let a=j.state.transmissionRenderTarget[r.id],o=r.viewport||z;a.setSize(o.z*F.transmissionResolutionScale,o.w*F.transmissionResolutionScale);let l=F.getRenderTarget(),u=F.getActiveCubeFace(),d=F.getActiveMipmapLevel();F.setRenderTarget(a),F.getClearColor(_e),ve=F.getClearAlpha(),ve<1&&F.setClearColor(16777215,.5),F.clear(),Ne&&Qe.render(n);let p=F.toneMapping;F.toneMapping=0;let m=r.viewport;if(r.viewport!==void 0&&(r.viewport=void 0),j.setupLightsView(r),De===!0&&Xe.setGlobalState(F.clippingPlanes,r),St(e,n,r),q.updateMultisampleRenderTarget(a),q.updateRenderTargetMipmap(a),Ie.has(`WEBGL_multisampled_render_to_texture`)===!1){let e=!1;for(let i=0,a=t.length;i<a;i++){let{object:a,geometry:o,material:s,group:c}=t[i];if(s.side===2&&a.layers.test(r.layers)){let t=s.side;s.side=1,s.needsUpdate=!0,Ct(a,n,r,o,s,c),s.side=t,s.needsUpdate=!0,e=!0}}e===!0&&(q.updateMultisampleRenderTarget(a),q.updateRenderTargetMipmap(a))}F.setRenderTarget(l,u,d),F.setClearColor(_e,ve),m!==void 0&&(r.viewport=m),F.toneMapping=p}function St(e,t,n){let r=t.isScene===!0?t.overrideMaterial:null;for(let i=0,a=e.length;i<a;i++){let a=e[i],{object:o,geometry:s,group:c}=a,l=a.material;l.allowOverride===!0&&r!==null&&(l=r),o.layers.test(n.layers)&&Ct(o,t,n,s,l,c)}}function Ct(e,t,n,r,i,a){I!==null&&i.isNodeMaterial&&I.setObject(e,i),e.onBeforeRender(F,t,n,r,i,a),e.modelViewMatrix.multiplyMatrices(n.matrixWorldInverse,e.matrixWorld),e.normalMatrix.getNormalMatrix(e.modelViewMatrix),i.onBeforeRender(F,t,n,r,e,a),i.transparent===!0&&i.side===2&&i.forceSinglePass===!1?(i.side=1,i.needsUpdate=!0,F.renderBufferDirect(n,t,r,i,e,a),i.side=0,i.needsUpdate=!0,F.renderBufferDirect(n,t,r,i,e,a),i.side=2):F.renderBufferDirect(n,t,r,i,e,a),e.onAfterRender(F,t,n,r,i,a)}function wt(e){let t=0;for(let n of e)n.texture!==null&&t++;return t}function Tt(e,t,n){t.isScene!==!0&&(t=Me);let r=K.get(e),i=j.state.lights,a=j.state.shadowsArray,o=i.state.version,s=Ke.getParameters(e,i.state,a,t,n,j.state.lightProbeGridArray),c=Ke.getProgramCacheKey(s),l=r.programs;r.environment=e.isMeshStandardMaterial||e.isMeshLambertMaterial||e.isMeshPhongMaterial?t.environment:null,r.fog=t.fog;let u=e.isMeshStandardMaterial||e.isMeshLambertMaterial&&!e.envMap||e.isMeshPhongMaterial&&!e.envMap;r.envMap=He.get(e.envMap||r.environment,u),r.envMapRotation=r.environment!==null&&e.envMap===null?t.environmentRotation:e.envMapRotation,l===void 0&&(e.addEventListener(`dispose`,ut),l=new Map,r.programs=l,r.programVariants=new Map);let d=l.get(c);if(d!==void 0){if(r.currentProgram===d&&r.lightsStateVersion===o)return Ot(e,s),d}else s.uniforms=Ke.getUniforms(e),I!==null&&e.isNodeMaterial&&I.build(e,n,s),e.onBeforeCompile(s,F),d=Ke.acquireProgram(s,c),l.set(c,d),r.uniforms=s.uniforms;let f=r.uniforms;return(!e.isShaderMaterial&&!e.isRawShaderMaterial||e.clipping===!0)&&(f.clippingPlanes=Xe.uniform),Ot(e,s),r.needsLights=jt(e),r.lightsStateVersion=o,r.needsLights&&(f.ambientLightColor.value=i.state.ambient,f.lightProbe.value=i.state.probe,f.sunLights.value=i.state.sun,f.sunLightShadows.value=i.state.sunShadow,f.directionalLights.value=i.state.directional,f.directionalLightShadows.value=i.state.directionalShadow,f.spotLights.value=i.state.spot,f.spotLightShadows.value=i.state.spotShadow,f.rectAreaLights.value=i.state.rectArea,f.ltc_1.value=i.state.rectAreaLTC1,f.ltc_2.value=i.state.rectAreaLTC2,f.pointLights.value=i.state.point,f.pointLightShadows.value=i.state.pointShadow,f.hemisphereLights.value=i.state.hemi,f.sunShadowMatrix.value=i.state.sunShadowMatrix,f.sunShadowCascade.value=i.state.sunShadowCascade,f.directionalShadowMatrix.value=i.state.directionalShadowMatrix,f.spotLightMatrix.value=i.state.spotLightMatrix,f.spotLightMap.value=i.state.spotLightMap,f.pointShadowMatrix.value=i.state.pointShadowMatrix),r.numLightProbeGrids=wt(j.state.lightProbeGridArray),r.currentProgram=d,r.uniformsList=null,d}function Et(e,t,n,r,i){let a=K.get(e),o=a.currentProgram.id+`,`+r+`,`+i,s=a.programVariants.get(o);return s===void 0?(s=Tt(e,t,n),a.programVariants.set(o,s)):(a.currentProgram=s,a.uniformsList=null,a.outputColorSpace=r,a.toneMapping=i),s}function Dt(e){if(e.uniformsList===null){let t=e.currentProgram.getUniforms();e.uniformsList=fo.seqWithValue(t.seq,e.uniforms)}return e.uniformsList}function Ot(e,t){let n=K.get(e);n.outputColorSpace=t.outputColorSpace,n.batching=t.batching,n.batchingColor=t.batchingColor,n.instancing=t.instancing,n.instancingColor=t.instancingColor,n.instancingMorph=t.instancingMorph,n.skinning=t.skinning,n.morphTargets=t.morphTargets,n.morphNormals=t.morphNormals,n.morphColors=t.morphColors,n.morphTargetsCount=t.morphTargetsCount,n.numClippingPlanes=t.numClippingPlanes,n.numIntersection=t.numClipIntersection,n.vertexAlphas=t.vertexAlphas,n.vertexTangents=t.vertexTangents,n.toneMapping=t.toneMapping}function kt(e,t,n,r,i){t.isScene!==!0&&(t=Me),q.resetTextureUnits();let a=t.fog,o=r.isMeshStandardMaterial||r.isMeshLambertMaterial||r.isMeshPhongMaterial?t.environment:null,s=fe===null?F.outputColorSpace:fe.isXRRenderTarget===!0?fe.texture.colorSpace:U.workingColorSpace,c=r.isMeshStandardMaterial||r.isMeshLambertMaterial&&!r.envMap||r.isMeshPhongMaterial&&!r.envMap,l=He.get(r.envMap||o,c),u=r.vertexColors===!0&&!!n.attributes.color&&n.attributes.color.itemSize===4,d=!!n.attributes.tangent&&(!!r.normalMap||r.anisotropy>0),f=!!n.morphAttributes.position,p=!!n.morphAttributes.normal,m=!!n.morphAttributes.color,h=0;r.toneMapped&&(fe===null||fe.isXRRenderTarget===!0)&&(h=F.toneMapping);let g=n.morphAttributes.position||n.morphAttributes.normal||n.morphAttributes.color,_=g===void 0?0:g.length,v=K.get(r),y=j.state.lights;if(De===!0&&(Oe===!0||e!==me)){let t=e===me&&r.id===pe;Xe.setState(r,e,t)}let b=!1,x=!1;r.version===v.__version?v.needsLights&&v.lightsStateVersion!==y.state.version||i.isBatchedMesh&&v.batching===!1||!i.isBatchedMesh&&v.batching===!0||i.isBatchedMesh&&v.batchingColor===!0&&i._colorsTexture===null||i.isBatchedMesh&&v.batchingColor===!1&&i._colorsTexture!==null||i.isInstancedMesh&&v.instancing===!1||!i.isInstancedMesh&&v.instancing===!0||i.isSkinnedMesh&&v.skinning===!1||!i.isSkinnedMesh&&v.skinning===!0||i.isInstancedMesh&&v.instancingColor===!0&&i.instanceColor===null||i.isInstancedMesh&&v.instancingColor===!1&&i.instanceColor!==null||i.isInstancedMesh&&v.instancingMorph===!0&&i.morphTexture===null||i.isInstancedMesh&&v.instancingMorph===!1&&i.morphTexture!==null?b=!0:v.envMap===l?r.fog===!0&&v.fog!==a||v.numClippingPlanes!==void 0&&(v.numClippingPlanes!==Xe.numPlanes||v.numIntersection!==Xe.numIntersection)?b=!0:v.vertexAlphas===u&&v.vertexTangents===d&&v.morphTargets===f&&v.morphNormals===p&&v.morphColors===m&&v.morphTargetsCount===_&&v.numLightProbeGrids===wt(j.state.lightProbeGridArray)?(v.outputColorSpace!==s||v.toneMapping!==h)&&(x=!0):b=!0:b=!0:(b=!0,v.__version=r.version);let S=v.currentProgram;(b===!0||x===!0)&&(S=x===!0?Et(r,t,i,s,h):Tt(r,t,i),I&&r.isNodeMaterial&&I.onUpdateProgram(r,S,v));let C=!1,w=!1,T=!1,E=S.getUniforms(),D=v.uniforms;if(G.useProgram(S.program)&&(C=!0,w=!0,T=!0),r.id!==pe&&(pe=r.id,w=!0),C||me!==e){G.buffers.depth.getReversed()&&e.reversedDepth!==!0&&(e._reversedDepth=!0,e.updateProjectionMatrix()),E.setValue(W,`projectionMatrix`,e.projectionMatrix),E.setValue(W,`viewMatrix`,e.matrixWorldInverse);let t=E.map.cameraPosition;t!==void 0&&t.setValue(W,Ae.setFromMatrixPosition(e.matrixWorld)),Re.logarithmicDepthBuffer&&E.setValue(W,`logDepthBufFC`,2/(Math.log(e.far+1)/Math.LN2)),(r.isMeshPhongMaterial||r.isMeshToonMaterial||r.isMeshLambertMaterial||r.isMeshBasicMaterial||r.isMeshStandardMaterial||r.isShaderMaterial)&&E.setValue(W,`isOrthographic`,e.isOrthographicCamera===!0),me!==e&&(me=e,w=!0,T=!0)}if(v.needsLights&&(y.state.sunShadowMap.length>0&&E.setValue(W,`sunShadowMap`,y.state.sunShadowMap,q),y.state.directionalShadowMap.length>0&&E.setValue(W,`directionalShadowMap`,y.state.directionalShadowMap,q),y.state.spotShadowMap.length>0&&E.setValue(W,`spotShadowMap`,y.state.spotShadowMap,q),y.state.pointShadowMap.length>0&&E.setValue(W,`pointShadowMap`,y.state.pointShadowMap,q)),i.isSkinnedMesh){E.setOptional(W,i,`bindMatrix`),E.setOptional(W,i,`bindMatrixInverse`);let e=i.skeleton;e&&(e.boneTexture===null&&e.computeBoneTexture(),E.setValue(W,`boneTexture`,e.boneTexture,q))}i.isBatchedMesh&&(E.setOptional(W,i,`batchingTexture`),E.setValue(W,`batchingTexture`,i._matricesTexture,q),E.setOptional(W,i,`batchingIdTexture`),E.setValue(W,`batchingIdTexture`,i._indirectTexture,q),E.setOptional(W,i,`batchingColorTexture`),i._colorsTexture!==null&&E.setValue(W,`batchingColorTexture`,i._colorsTexture,q));let O=n.morphAttributes;if((O.position!==void 0||O.normal!==void 0||O.color!==void 0)&&$e.update(i,n,S),(w||v.receiveShadow!==i.receiveShadow)&&(v.receiveShadow=i.receiveShadow,E.setValue(W,`receiveShadow`,i.receiveShadow)),(r.isMeshStandardMaterial||r.isMeshLambertMaterial||r.isMeshPhongMaterial)&&r.envMap===null&&t.environment!==null&&(D.envMapIntensity.value=t.environmentIntensity),D.dfgLUT!==void 0&&(D.dfgLUT.value=ks()),w){if(E.setValue(W,`toneMappingExposure`,F.toneMappingExposure),v.needsLights&&At(D,T),a&&r.fog===!0&&qe.refreshFogUniforms(D,a),qe.refreshMaterialUniforms(D,r,B,be,j.state.transmissionRenderTarget[e.id]),v.needsLights&&v.numLightProbeGrids>0){let e=te,t=0;for(let n of j.state.lightProbeGridArray)n.texture!==null&&(e.textures[t]=n.texture,e.min[t]=n.boundingBox.min,e.max[t]=n.boundingBox.max,e.resolution[t]=n.resolution,t++);for(let n in e)e[n].length=t;D.probesSH.value=e.textures,D.probesMin.value=e.min,D.probesMax.value=e.max,D.probesResolution.value=e.resolution}fo.upload(W,Dt(v),D,q)}if(r.isShaderMaterial&&r.uniformsNeedUpdate===!0&&(fo.upload(W,Dt(v),D,q),r.uniformsNeedUpdate=!1),r.isSpriteMaterial&&E.setValue(W,`center`,i.center),E.setValue(W,`modelViewMatrix`,i.modelViewMatrix),E.setValue(W,`normalMatrix`,i.normalMatrix),E.setValue(W,`modelMatrix`,i.matrixWorld),r.uniformsGroups!==void 0){let e=r.uniformsGroups;for(let t=0,n=e.length;t<n;t++){let n=e[t];it.update(n,S),it.bind(n,S)}}return S}function At(e,t){e.ambientLightColor.needsUpdate=t,e.lightProbe.needsUpdate=t,e.sunLights.needsUpdate=t,e.sunLightShadows.needsUpdate=t,e.directionalLights.needsUpdate=t,e.directionalLightShadows.needsUpdate=t,e.pointLights.needsUpdate=t,e.pointLightShadows.needsUpdate=t,e.spotLights.needsUpdate=t,e.spotLightShadows.needsUpdate=t,e.rectAreaLights.needsUpdate=t,e.hemisphereLights.needsUpdate=t}function jt(e){return e.isMeshLambertMaterial||e.isMeshToonMaterial||e.isMeshPhongMaterial||e.isMeshStandardMaterial||e.isShadowMaterial||e.isShaderMaterial&&e.lights===!0}this.getActiveCubeFace=function(){return ue},this.getActiveMipmapLevel=function(){return de},this.getRenderTarget=function(){return fe},this.setRenderTargetTextures=function(e,t,n){let r=K.get(e);r.__autoAllocateDepthBuffer=e.resolveDepthBuffer===!1,r.__autoAllocateDepthBuffer===!1&&(r.__useRenderToTexture=!1),K.get(e.texture).__webglTexture=t,K.get(e.depthTexture).__webglTexture=r.__autoAllocateDepthBuffer?void 0:n,r.__hasExternalTextures=!0},this.setRenderTargetFramebuffer=function(e,t){let n=K.get(e);n.__webglFramebuffer=t,n.__useDefaultFramebuffer=t===void 0},this.setRenderTarget=function(e,t=0,n=0){fe=e,ue=t,de=n;let r=null,i=!1,a=!1;if(e){let o=K.get(e);if(o.__useDefaultFramebuffer!==void 0){G.bindFramebuffer(W.FRAMEBUFFER,o.__webglFramebuffer),z.copy(e.viewport),he.copy(e.scissor),ge=e.scissorTest,G.viewport(z),G.scissor(he),G.setScissorTest(ge),pe=-1;return}if(o.__webglFramebuffer===void 0)q.setupRenderTarget(e);else if(o.__hasExternalTextures)q.rebindTextures(e,K.get(e.texture).__webglTexture,K.get(e.depthTexture).__webglTexture);else if(e.depthBuffer){let t=e.depthTexture;if(o.__boundDepthTexture!==t){if(t!==null&&K.has(t)&&(e.width!==t.image.width||e.height!==t.image.height))throw Error(`THREE.WebGLRenderer: Attached DepthTexture is initialized to the incorrect size.`);q.setupDepthRenderbuffer(e)}}let s=e.texture;(s.isData3DTexture||s.isDataArrayTexture||s.isCompressedArrayTexture)&&(a=!0);let c=K.get(e).__webglFramebuffer;e.isWebGLCubeRenderTarget?(r=Array.isArray(c[t])?c[t][n]:c[t],i=!0):r=e.samples>0&&q.useMultisampledRTT(e)===!1?K.get(e).__webglMultisampledFramebuffer:Array.isArray(c)?c[n]:c,z.copy(e.viewport),he.copy(e.scissor),ge=e.scissorTest}else z.copy(Ce).multiplyScalar(B).floor(),he.copy(H).multiplyScalar(B).floor(),ge=we;if(n!==0&&(r=oe),G.bindFramebuffer(W.FRAMEBUFFER,r)&&G.drawBuffers(e,r),G.viewport(z),G.scissor(he),G.setScissorTest(ge),i){let r=K.get(e.texture);W.framebufferTexture2D(W.FRAMEBUFFER,W.COLOR_ATTACHMENT0,W.TEXTURE_CUBE_MAP_POSITIVE_X+t,r.__webglTexture,n)}else if(a){let r=t;for(let t=0;t<e.textures.length;t++){let i=K.get(e.textures[t]);W.framebufferTextureLayer(W.FRAMEBUFFER,W.COLOR_ATTACHMENT0+t,i.__webglTexture,n,r)}}else if(e!==null&&n!==0){let t=K.get(e.texture);W.framebufferTexture2D(W.FRAMEBUFFER,W.COLOR_ATTACHMENT0,W.TEXTURE_2D,t.__webglTexture,n)}pe=-1};function Mt(e){let t=K.get(e);return(t.__readFormat!==e.format||t.__readType!==e.type)&&(t.__readFormat=e.format,t.__readType=e.type,t.__formatReadable=Re.textureFormatReadable(e.format),t.__typeReadable=Re.textureTypeReadable(e.type)),t}this.readRenderTargetPixels=function(e,t,n,r,i,a,o,s=0){if(!(e&&e.isWebGLRenderTarget)){R(`WebGLRenderer.readRenderTargetPixels: renderTarget is not THREE.WebGLRenderTarget.`);return}let c=K.get(e).__webglFramebuffer;if(e.isWebGLCubeRenderTarget&&o!==void 0&&(c=c[o],Array.isArray(c)&&(c=c[0])),c){G.bindFramebuffer(W.FRAMEBUFFER,c);try{let o=e.textures[s],c=o.format,l=o.type;e.textures.length>1&&W.readBuffer(W.COLOR_ATTACHMENT0+s);let u=Mt(o);if(u.__formatReadable===!1){R(`WebGLRenderer.readRenderTargetPixels: renderTarget is not in RGBA or implementation defined format.`);return}if(u.__typeReadable===!1){R(`WebGLRenderer.readRenderTargetPixels: renderTarget is not in UnsignedByteType or implementation defined type.`);return}t>=0&&t<=e.width-r&&n>=0&&n<=e.height-i&&W.readPixels(t,n,r,i,nt.convert(c),nt.convert(l),a)}finally{let e=fe===null?null:K.get(fe).__webglFramebuffer;G.bindFramebuffer(W.FRAMEBUFFER,e)}}},this.readRenderTargetPixelsAsync=async function(e,t,n,r,i,a,o,s=0){if(!(e&&e.isWebGLRenderTarget))throw Error(`THREE.WebGLRenderer.readRenderTargetPixels: renderTarget is not THREE.WebGLRenderTarget.`);let c=K.get(e).__webglFramebuffer;if(e.isWebGLCubeRenderTarget&&o!==void 0&&(c=c[o],Array.isArray(c)&&(c=c[0])),c){if(t>=0&&t<=e.width-r&&n>=0&&n<=e.height-i){G.bindFramebuffer(W.FRAMEBUFFER,c);let o=e.textures[s],l=o.format,u=o.type;e.textures.length>1&&W.readBuffer(W.COLOR_ATTACHMENT0+s);let d=Mt(o);if(d.__formatReadable===!1)throw Error(`THREE.WebGLRenderer.readRenderTargetPixelsAsync: renderTarget is not in RGBA or implementation defined format.`);if(d.__typeReadable===!1)throw Error(`THREE.WebGLRenderer.readRenderTargetPixelsAsync: renderTarget is not in UnsignedByteType or implementation defined type.`);let f=W.createBuffer();W.bindBuffer(W.PIXEL_PACK_BUFFER,f),W.bufferData(W.PIXEL_PACK_BUFFER,a.byteLength,W.STREAM_READ),W.readPixels(t,n,r,i,nt.convert(l),nt.convert(u),0),W.bindBuffer(W.PIXEL_PACK_BUFFER,null);let p=fe===null?null:K.get(fe).__webglFramebuffer;G.bindFramebuffer(W.FRAMEBUFFER,p);let m=W.fenceSync(W.SYNC_GPU_COMMANDS_COMPLETE,0);return W.flush(),await ce(W,m,4),W.bindBuffer(W.PIXEL_PACK_BUFFER,f),W.getBufferSubData(W.PIXEL_PACK_BUFFER,0,a),W.bindBuffer(W.PIXEL_PACK_BUFFER,null),W.deleteBuffer(f),W.deleteSync(m),a}throw Error(`THREE.WebGLRenderer.readRenderTargetPixelsAsync: requested read bounds are out of range.`)}},this.copyFramebufferToTexture=function(e,t=null,n=0){let r=2**-n,i=Math.floor(e.image.width*r),a=Math.floor(e.image.height*r),o=t===null?0:t.x,s=t===null?0:t.y;q.setTexture2D(e,0),W.copyTexSubImage2D(W.TEXTURE_2D,n,0,0,o,s,i,a),G.unbindTexture()},this.copyTextureToTexture=function(e,t,n=null,r=null,i=0,a=0){let o,s,c,l,u,d,f,p,m,h=e.isCompressedTexture?e.mipmaps[a]:e.image;if(n!==null)o=n.max.x-n.min.x,s=n.max.y-n.min.y,c=n.isBox3?n.max.z-n.min.z:1,l=n.min.x,u=n.min.y,d=n.isBox3?n.min.z:0;else{let t=2**-i;o=Math.floor(h.width*t),s=Math.floor(h.height*t),c=e.isDataArrayTexture?h.depth:e.isData3DTexture?Math.floor(h.depth*t):1,l=0,u=0,d=0}r===null?(f=0,p=0,m=0):(f=r.x,p=r.y,m=r.z);let g=nt.convert(t.format),_=nt.convert(t.type),v;t.isData3DTexture?(q.setTexture3D(t,0),v=W.TEXTURE_3D):t.isDataArrayTexture||t.isCompressedArrayTexture?(q.setTexture2DArray(t,0),v=W.TEXTURE_2D_ARRAY):(q.setTexture2D(t,0),v=W.TEXTURE_2D),G.activeTexture(W.TEXTURE0),G.pixelStorei(W.UNPACK_FLIP_Y_WEBGL,t.flipY),G.pixelStorei(W.UNPACK_PREMULTIPLY_ALPHA_WEBGL,t.premultiplyAlpha),G.pixelStorei(W.UNPACK_ALIGNMENT,t.unpackAlignment);let y=G.getParameter(W.UNPACK_ROW_LENGTH),b=G.getParameter(W.UNPACK_IMAGE_HEIGHT),x=G.getParameter(W.UNPACK_SKIP_PIXELS),S=G.getParameter(W.UNPACK_SKIP_ROWS),C=G.getParameter(W.UNPACK_SKIP_IMAGES);G.pixelStorei(W.UNPACK_ROW_LENGTH,h.width),G.pixelStorei(W.UNPACK_IMAGE_HEIGHT,h.height),G.pixelStorei(W.UNPACK_SKIP_PIXELS,l),G.pixelStorei(W.UNPACK_SKIP_ROWS,u),G.pixelStorei(W.UNPACK_SKIP_IMAGES,d);let w=e.isDataArrayTexture||e.isData3DTexture,T=t.isDataArrayTexture||t.isData3DTexture;if(e.isDepthTexture){let n=K.get(e),r=K.get(t),h=K.get(n.__renderTarget),g=K.get(r.__renderTarget);G.bindFramebuffer(W.READ_FRAMEBUFFER,h.__webglFramebuffer),G.bindFramebuffer(W.DRAW_FRAMEBUFFER,g.__webglFramebuffer);for(let n=0;n<c;n++)w&&(W.framebufferTextureLayer(W.READ_FRAMEBUFFER,W.COLOR_ATTACHMENT0,K.get(e).__webglTexture,i,d+n),W.framebufferTextureLayer(W.DRAW_FRAMEBUFFER,W.COLOR_ATTACHMENT0,K.get(t).__webglTexture,a,m+n)),W.blitFramebuffer(l,u,l+o,u+s,f,p,f+o,p+s,W.DEPTH_BUFFER_BIT,W.NEAREST);G.bindFramebuffer(W.READ_FRAMEBUFFER,null),G.bindFramebuffer(W.DRAW_FRAMEBUFFER,null)}else if(i!==0||e.isRenderTargetTexture||K.has(e)){let n=K.get(e),r=K.get(t);G.bindFramebuffer(W.READ_FRAMEBUFFER,se),G.bindFramebuffer(W.DRAW_FRAMEBUFFER,le);for(let e=0;e<c;e++)w?W.framebufferTextureLayer(W.READ_FRAMEBUFFER,W.COLOR_ATTACHMENT0,n.__webglTexture,i,d+e):W.framebufferTexture2D(W.READ_FRAMEBUFFER,W.COLOR_ATTACHMENT0,W.TEXTURE_2D,n.__webglTexture,i),T?W.framebufferTextureLayer(W.DRAW_FRAMEBUFFER,W.COLOR_ATTACHMENT0,r.__webglTexture,a,m+e):W.framebufferTexture2D(W.DRAW_FRAMEBUFFER,W.COLOR_ATTACHMENT0,W.TEXTURE_2D,r.__webglTexture,a),i===0?T?W.copyTexSubImage3D(v,a,f,p,m+e,l,u,o,s):W.copyTexSubImage2D(v,a,f,p,l,u,o,s):W.blitFramebuffer(l,u,l+o,u+s,f,p,f+o,p+s,W.COLOR_BUFFER_BIT,W.NEAREST);G.bindFramebuffer(W.READ_FRAMEBUFFER,null),G.bindFramebuffer(W.DRAW_FRAMEBUFFER,null)}else T?e.isDataTexture||e.isData3DTexture?W.texSubImage3D(v,a,f,p,m,o,s,c,g,_,h.data):t.isCompressedArrayTexture?W.compressedTexSubImage3D(v,a,f,p,m,o,s,c,g,h.data):W.texSubImage3D(v,a,f,p,m,o,s,c,g,_,h):e.isDataTexture?W.texSubImage2D(W.TEXTURE_2D,a,f,p,o,s,g,_,h.data):e.isCompressedTexture?W.compressedTexSubImage2D(W.TEXTURE_2D,a,f,p,h.width,h.height,g,h.data):W.texSubImage2D(W.TEXTURE_2D,a,f,p,o,s,g,_,h);G.pixelStorei(W.UNPACK_ROW_LENGTH,y),G.pixelStorei(W.UNPACK_IMAGE_HEIGHT,b),G.pixelStorei(W.UNPACK_SKIP_PIXELS,x),G.pixelStorei(W.UNPACK_SKIP_ROWS,S),G.pixelStorei(W.UNPACK_SKIP_IMAGES,C),a===0&&t.generateMipmaps===!0&&t.mipmapsAutoUpdate===!0&&W.generateMipmap(v),G.unbindTexture()},this.initRenderTarget=function(e){K.get(e).__webglFramebuffer===void 0&&q.setupRenderTarget(e)},this.initTexture=function(e){e.isCubeTexture?q.setTextureCube(e,0):e.isData3DTexture?q.setTexture3D(e,0):e.isDataArrayTexture||e.isCompressedArrayTexture?q.setTexture2DArray(e,0):q.setTexture2D(e,0),G.unbindTexture()},this.resetState=function(){ue=0,de=0,fe=null,G.reset(),rt.reset()},typeof __THREE_DEVTOOLS__<`u`&&__THREE_DEVTOOLS__.dispatchEvent(new CustomEvent(`observe`,{detail:this}))}get coordinateSystem(){return ne}get outputColorSpace(){return this._outputColorSpace}set outputColorSpace(e){this._outputColorSpace=e;let t=this.getContext();t.drawingBufferColorSpace=U._getDrawingBufferColorSpace(e),t.unpackColorSpace=U._getUnpackColorSpace()}},js=2e3,Ms=class{frames=[];add(e,t,n){this.frames.push({at:performance.now(),engineMs:e,sortMs:t,drawMs:n}),this.forget()}stats(){this.forget();let e=this.frames.length,t=t=>e?this.frames.reduce((e,n)=>e+n[t],0)/e:0;return{fps:e*1e3/js,engineMs:t(`engineMs`),sortMs:t(`sortMs`),drawMs:t(`drawMs`)}}forget(){let e=performance.now()-js;for(;this.frames.length&&this.frames[0].at<e;)this.frames.shift()}},Ns=new Zr(-1,1,1,-1,0,1),Ps=new class extends _n{constructor(){super(),this.setAttribute(`position`,new an([-1,3,0,-1,-1,0,3,-1,0],3)),this.setAttribute(`uv`,new an([0,2,0,0,2,0],2))}},Fs=class{constructor(e){this._mesh=new Vn(Ps,e)}dispose(){this._mesh.geometry.dispose()}render(e){e.render(this._mesh,Ns)}get material(){return this._mesh.material}set material(e){this._mesh.material=e}},Is=Math.exp(-30),Z=2048,Ls=2048,Rs=1,zs=(e=>(e.PLY=`ply`,e.SPZ=`spz`,e.SPLAT=`splat`,e.KSPLAT=`ksplat`,e.PCSOGS=`pcsogs`,e.PCSOGSZIP=`pcsogszip`,e.RAD=`rad`,e))(zs||{}),Bs={rgbMin:0,rgbMax:1,lnScaleMin:-12,lnScaleMax:9,sh1Max:1,sh2Max:1,sh3Max:1,lodOpacity:!1};function Vs(e){return e===`int`||e===`ivec2`||e===`ivec3`||e===`ivec4`}function Hs(e){return e===`uint`||e===`uvec2`||e===`uvec3`||e===`uvec4`}function Us(e){return e===`float`||e===`vec2`||e===`vec3`||e===`vec4`}function Ws(e){return e===`mat2`||e===`mat2x2`||e===`mat2x3`||e===`mat2x4`||e===`mat3`||e===`mat3x2`||e===`mat3x3`||e===`mat3x4`||e===`mat4`||e===`mat4x2`||e===`mat4x3`||e===`mat4x4`}function Gs(e){return Us(e)||Ws(e)}function Ks(e){return e===`mat2`||e===`mat2x2`}function qs(e){return e===`mat3`||e===`mat3x3`}function Js(e){return e===`mat4`||e===`mat4x4`}function Ys(e){return Math.trunc(e).toString()}function Xs(e){return`${Math.max(0,Math.trunc(e)).toString()}u`}function Zs(e){return e===1/0?`INFINITY`:e===-1/0?`-INFINITY`:Number.isInteger(e)?e.toFixed(1):e.toString()}function Qs(e){return e instanceof $s?e.type:e.dynoOut().type}var $s=class{constructor(e){this.__isDynoValue=!0,this.type=e}},ec=class extends $s{constructor(e,t){super(e.outTypes[t]),this.dyno=e,this.key=t}},tc=class extends $s{constructor(e,t){super(e),this.literal=t}getLiteral(){return this.literal}},nc=class extends tc{constructor(e,t){super(e,``),this.value=t}getLiteral(){let{type:e,value:t}=this;switch(e){case`bool`:return t?`true`:`false`;case`uint`:return Xs(t);case`int`:return Ys(t);case`float`:return Zs(t);case`bvec2`:{let e=t;return`bvec2(${e[0]}, ${e[1]})`}case`uvec2`:{if(t instanceof B)return`uvec2(${Xs(t.x)}, ${Xs(t.y)})`;let e=t;return`uvec2(${Xs(e[0])}, ${Xs(e[1])})`}case`ivec2`:{if(t instanceof B)return`ivec2(${Ys(t.x)}, ${Ys(t.y)})`;let e=t;return`ivec2(${Ys(e[0])}, ${Ys(e[1])})`}case`vec2`:{if(t instanceof B)return`vec2(${Zs(t.x)}, ${Zs(t.y)})`;let e=t;return`vec2(${Zs(e[0])}, ${Zs(e[1])})`}case`bvec3`:{let e=t;return`bvec3(${e[0]}, ${e[1]}, ${e[2]})`}case`uvec3`:{if(t instanceof V)return`uvec3(${Xs(t.x)}, ${Xs(t.y)}, ${Xs(t.z)})`;let e=t;return`uvec3(${Xs(e[0])}, ${Xs(e[1])}, ${Xs(e[2])})`}case`ivec3`:{if(t instanceof V)return`ivec3(${Ys(t.x)}, ${Ys(t.y)}, ${Ys(t.z)})`;let e=t;return`ivec3(${Ys(e[0])}, ${Ys(e[1])}, ${Ys(e[2])})`}case`vec3`:{if(t instanceof V)return`vec3(${Zs(t.x)}, ${Zs(t.y)}, ${Zs(t.z)})`;let e=t;return`vec3(${Zs(e[0])}, ${Zs(e[1])}, ${Zs(e[2])})`}case`bvec4`:{let e=t;return`bvec4(${e[0]}, ${e[1]}, ${e[2]}, ${e[3]})`}case`uvec4`:{if(t instanceof Le)return`uvec4(${Xs(t.x)}, ${Xs(t.y)}, ${Xs(t.z)}, ${Xs(t.w)})`;let e=t;return`uvec4(${Xs(e[0])}, ${Xs(e[1])}, ${Xs(e[2])}, ${Xs(e[3])})`}case`ivec4`:{if(t instanceof Le)return`ivec4(${Ys(t.x)}, ${Ys(t.y)}, ${Ys(t.z)}, ${Ys(t.w)})`;let e=t;return`ivec4(${Ys(e[0])}, ${Ys(e[1])}, ${Ys(e[2])}, ${Ys(e[3])})`}case`vec4`:{if(t instanceof Le||t instanceof xe)return`vec4(${Zs(t.x)}, ${Zs(t.y)}, ${Zs(t.z)}, ${Zs(t.w)})`;let e=t;return`vec4(${Zs(e[0])}, ${Zs(e[1])}, ${Zs(e[2])}, ${Zs(e[3])})`}case`mat2`:case`mat2x2`:{let n=t,r=n instanceof _i?n.elements:t;return`${e}(${[,,,,].fill(0).map((e,t)=>Zs(r[t])).join(`, `)})`}case`mat2x3`:{let n=t;return`${e}(${[,,,,,,].fill(0).map((e,t)=>Zs(n[t])).join(`, `)})`}case`mat2x4`:{let n=t;return`${e}(${Array(8).fill(0).map((e,t)=>Zs(n[t])).join(`, `)})`}case`mat3`:case`mat3x3`:{let n=t,r=n instanceof H?n.elements:t;return`${e}(${Array(9).fill(0).map((e,t)=>Zs(r[t])).join(`, `)})`}case`mat3x2`:{let n=t;return`${e}(${[,,,,,,].fill(0).map((e,t)=>Zs(n[t])).join(`, `)})`}case`mat3x4`:{let n=t;return`${e}(${Array(12).fill(0).map((e,t)=>Zs(n[t])).join(`, `)})`}case`mat4`:case`mat4x4`:{let n=t,r=n instanceof Ve?n.elements:t;return`${e}(${Array(16).fill(0).map((e,t)=>Zs(r[t])).join(`, `)})`}case`mat4x2`:{let n=t;return`${e}(${Array(8).fill(0).map((e,t)=>Zs(n[t])).join(`, `)})`}case`mat4x3`:{let n=t;return`${e}(${Array(12).fill(0).map((e,t)=>Zs(n[t])).join(`, `)})`}default:throw Error(`Type not implemented: ${String(e)}`)}}};function rc(e,t){return new nc(e,t)}var ic=`    `,ac=class{constructor({indent:e}={}){this.globals=new Set,this.statements=[],this.uniforms={},this.declares=new Set,this.updaters=[],this.sequence=0,this.indent=ic,this.indent=e??ic}nextSequence(){return this.sequence++}},oc=class{constructor({inTypes:e,outTypes:t,inputs:n,update:r,globals:i,statements:a,generate:o}){this.inTypes=e??{},this.outTypes=t??{},this.inputs=n??{},this.update=r,this.globals=i,this.statements=a,this.generate=o??(({inputs:e,outputs:t,compile:n})=>({globals:this.globals?.call(this,{inputs:e,outputs:t,compile:n}),statements:this.statements?.call(this,{inputs:e,outputs:t,compile:n})}))}get outputs(){let e={};for(let t in this.outTypes)e[t]=new ec(this,t);return e}apply(e){return Object.assign(this.inputs,e),this.outputs}compile({inputs:e,outputs:t,compile:n}){let r=[`// ${this.constructor.name}(${Object.values(e).join(`, `)}) => (${Object.values(t).join(`, `)})`],i=[];for(let e in t){let r=t[e];r&&!n.declares.has(r)&&(n.declares.add(r),i.push(e))}let{globals:a,statements:o,uniforms:s}=this.generate({inputs:e,outputs:t,compile:n});for(let e of a??[])n.globals.add(e);for(let e in s)n.uniforms[e]=s[e];this.update&&n.updaters.push(this.update);for(let e of i){let i=t[e];i&&(n.uniforms[i]||r.push(`${uc(i,this.outTypes[e])};`))}return o?.length&&(r.push(`{`),r.push(...o.map(e=>n.indent+e)),r.push(`}`)),r}},sc=class extends oc{constructor({inTypes:e,outTypes:t,inputs:n,update:r,globals:i,construct:a}){super({inTypes:e,outTypes:t,inputs:n,update:r,globals:i,generate:e=>this.generateBlock(e)}),this.construct=a}generateBlock({inputs:e,outputs:t,compile:n}){let r={},i={};for(let t in e)e[t]!=null&&(r[t]=new tc(this.inTypes[t],e[t]));for(let e in t)t[e]!=null&&(i[e]=new $s(this.outTypes[e]));let a={roots:[]},o=this.construct(r,i,a);for(let r of this.globals?.call(this,{inputs:e,outputs:t,compile:n})??[])n.globals.add(r);let s=[],c=new Map;function l(e,t,r){let i=c.get(e);if(!i){i={sequence:n.nextSequence(),outNames:new Map,newOuts:new Set},c.set(e,i);for(let t in e.inputs){let n=e.inputs[t];for(;n;){if(n instanceof $s){n instanceof ec&&l(n.dyno,n.key);break}if(typeof n.dynoOut!=`function`)throw Error(`dynoOut is not a function for ${n.constructor.name}`);n=n.dynoOut()}}s.push(e)}t&&(r||i.newOuts.add(t),i.outNames.set(t,r??`${t}_${i.sequence}`))}for(let e of a.roots)l(e);for(let e in i){let n=o?.[e]??i[e];for(;n;){if(n instanceof $s){n instanceof ec&&l(n.dyno,n.key,t[e]);break}n=n.dynoOut()}i[e]=n}let u=[];for(let e of s){let t={},r={};for(let n in e.inputs){let r=e.inputs[n];for(;r;){if(r instanceof $s){if(r instanceof tc)t[n]=r.getLiteral();else if(r instanceof ec){let e=c.get(r.dyno)?.outNames.get(r.key);if(!e)throw Error(`Source not found for ${r.dyno.constructor.name}.${r.key}`);t[n]=e}break}r=r.dynoOut()}}let i=c.get(e)??{outNames:new Map};for(let[e,t]of i.outNames.entries())r[e]=t;let a=e.compile({inputs:t,outputs:r,compile:n});u.push(a)}let d=[];for(let e in t)i[e]instanceof tc&&d.push(`${t[e]} = ${i[e].getLiteral()};`);return d.length>0&&u.push(d),{statements:u.flatMap((e,t)=>t===0?e:[``,...e])}}};function cc(e,t,n,{update:r,globals:i}={}){return new sc({inTypes:e,outTypes:t,construct:n,update:r,globals:i})}function lc({inTypes:e,outTypes:t,inputs:n,update:r,globals:i,statements:a,generate:o}){return new oc({inTypes:e,outTypes:t,inputs:n,update:r,globals:i,statements:a,generate:o})}function uc(e,t,n){let r=typeof t==`string`?t:t.type;if(!r)throw Error(`Invalid DynoType: ${String(t)}`);return`${r} ${e}${n==null?``:`[${n}]`}`}function dc(e){let t=!1,n=e.split(`
`).map(e=>{let n=e.trimEnd();return t?n:n.length>0?(t=!0,n):null}).filter(e=>e!=null);for(;n.length>0&&n[n.length-1].length===0;)n.pop();if(n.length===0)return[];let r=n[0].match(/^\s*/)?.[0];if(!r)return n;let i=RegExp(`^${r}`);return n.map(e=>e.replace(i,``))}function fc(e){return dc(e).join(`
`)}var pc=class extends oc{constructor({a:e,outKey:t,outTypeFunc:n}){let r={a:Qs(e)},i=n(Qs(e));super({inTypes:r,outTypes:{[t]:i},inputs:{a:e}}),this.outKey=t}dynoOut(){return new ec(this,this.outKey)}},mc=class extends oc{constructor({a:e,b:t,outKey:n,outTypeFunc:r}){let i={a:Qs(e),b:Qs(t)},a=r(Qs(e),Qs(t));super({inTypes:i,outTypes:{[n]:a},inputs:{a:e,b:t}}),this.outKey=n}dynoOut(){return new ec(this,this.outKey)}},hc={type:`Gsplat`},gc={type:`CovSplat`},_c={type:`PackedSplats`},vc={type:`ExtSplats`},yc=(e,t)=>new jc({packedSplats:e,index:t}),bc=(e,t)=>new Pc({extSplats:e,index:t}),xc=e=>new Fc({gsplat:e}),Sc=e=>new Ic({gsplat:e}),Cc=({gsplat:e,flags:t,index:n,center:r,scales:i,quaternion:a,rgba:o,rgb:s,opacity:c,x:l,y:u,z:d,r:f,g:p,b:m})=>new Lc({gsplat:e,flags:t,index:n,center:r,scales:i,quaternion:a,rgba:o,rgb:s,opacity:c,x:l,y:u,z:d,r:f,g:p,b:m}),wc=(e,{scale:t,rotate:n,translate:r,recolor:i})=>new Rc({gsplat:e,scale:t,rotate:n,translate:r,recolor:i}),Tc=e=>new Uc({index:e}),Ec=e=>new Wc({index:e}),Dc=fc(`
  struct Gsplat {
    vec3 center;
    uint flags;
    vec3 scales;
    int index;
    vec4 quaternion;
    vec4 rgba;
  };
  const uint GSPLAT_FLAG_ACTIVE = 1u << 0u;

  bool isGsplatActive(uint flags) {
    return (flags & GSPLAT_FLAG_ACTIVE) != 0u;
  }
`),Oc=fc(`
  struct CovSplat {
    vec3 center;
    uint flags;
    vec4 rgba;
    vec3 xxyyzz;
    int index;
    vec3 xyxzyz;
  };

  bool isCovSplatActive(uint flags) {
    return (flags & GSPLAT_FLAG_ACTIVE) != 0u;
  }
`),kc=fc(`
  struct PackedSplats {
    usampler2DArray textureArray;
    int numSplats;
    vec4 rgbMinMaxLnScaleMinMax;
    bool lodOpacity;
  };
`),Ac=fc(`
  bool readPackedArray(usampler2DArray texture, int numSplats, vec4 rgbMinMaxLnScaleMinMax, int index, out Gsplat gsplat) {
    if ((index >= 0) && (index < numSplats)) {
      uvec4 packedData = texelFetch(texture, splatTexCoord(index), 0);
      unpackSplatEncoding(packedData, gsplat.center, gsplat.scales, gsplat.quaternion, gsplat.rgba, rgbMinMaxLnScaleMinMax);
      return true;
    } else {
      return false;
    }
  }
`),jc=class extends oc{constructor({packedSplats:e,index:t}){super({inTypes:{packedSplats:_c,index:`int`},outTypes:{gsplat:hc},inputs:{packedSplats:e,index:t},globals:()=>[Dc,kc,Ac],statements:({inputs:e,outputs:t})=>{let{gsplat:n}=t;if(!n)return[];let{packedSplats:r,index:i}=e,a;return a=r&&i?dc(`
            ${n}.flags = 0u;
            if (readPackedArray(${r}.textureArray, ${r}.numSplats, ${r}.rgbMinMaxLnScaleMinMax, ${i}, ${n})) {
              if (${r}.lodOpacity) {
                ${n}.rgba.a = 2.0 * ${n}.rgba.a;
              }
              bool zeroSize = all(equal(${n}.scales, vec3(0.0, 0.0, 0.0)));
              ${n}.flags = zeroSize ? 0u : GSPLAT_FLAG_ACTIVE;
            }
          `):[`${n}.flags = 0u;`],a.push(`${n}.index = ${i??`0`};`),a}})}dynoOut(){return new ec(this,`gsplat`)}},Mc=fc(`
  struct ExtSplats {
    usampler2DArray textureArray1;
    usampler2DArray textureArray2;
    int numSplats;
  };
`),Nc=fc(`
  void readExtArrays(usampler2DArray texture1, usampler2DArray texture2, int numSplats, int index, out Gsplat gsplat) {
    gsplat.flags = 0u;
    if ((index >= 0) && (index < numSplats)) {
      ivec3 coord = splatTexCoord(index);
      uvec4 packed1 = texelFetch(texture1, coord, 0);
      uvec4 packed2 = texelFetch(texture2, coord, 0);
      unpackSplatExt(packed1, packed2, gsplat.center, gsplat.scales, gsplat.quaternion, gsplat.rgba);
      gsplat.flags = all(equal(gsplat.scales, vec3(0.0, 0.0, 0.0))) ? 0u : GSPLAT_FLAG_ACTIVE;
      gsplat.index = index;
    }
  }
`),Pc=class extends oc{constructor({extSplats:e,index:t}){super({inTypes:{extSplats:vc,index:`int`},outTypes:{gsplat:hc},inputs:{extSplats:e,index:t},globals:()=>[Dc,Mc,Nc],statements:({inputs:e,outputs:t})=>{let{gsplat:n}=t;if(!n)return[`${n}.flags = 0u;`];let{extSplats:r,index:i}=e;return r&&i?dc(`
            readExtArrays(${r}.textureArray1, ${r}.textureArray2, ${r}.numSplats, ${i}, ${n});
          `):[`${n}.flags = 0u;`]}})}dynoOut(){return new ec(this,`gsplat`)}};fc(`
  void readCovArrays(usampler2DArray texture1, usampler2DArray texture2, int numSplats, int index, out CovSplat covsplat) {
    covsplat.flags = 0u;
    if ((index >= 0) && (index < numSplats)) {
      ivec3 coord = splatTexCoord(index);
      uvec4 packed1 = texelFetch(texture1, coord, 0);
      uvec4 packed2 = texelFetch(texture2, coord, 0);
      unpackSplatExtCov(packed1, packed2, covsplat.center, covsplat.rgba, covsplat.xxyyzz, covsplat.xyxzyz);
      covsplat.flags = (all(equal(covsplat.xxyyzz, vec3(0.0))) && all(equal(covsplat.xyxzyz, vec3(0.0)))) ? 0u : GSPLAT_FLAG_ACTIVE;
      gsplat.index = index;
    }
  }
`);var Fc=class extends oc{constructor({gsplat:e}){super({inTypes:{gsplat:hc},outTypes:{covsplat:gc},inputs:{gsplat:e},globals:()=>[Dc,Oc],statements:({inputs:e,outputs:t})=>{let{gsplat:n}=e,{covsplat:r}=t;return n?dc(`
          ${r}.flags = 0u;
          if (isGsplatActive(${n}.flags)) {
            ${r}.flags = ${n}.flags;
            ${r}.index = ${n}.index;
            ${r}.rgba = ${n}.rgba;
            ${r}.center = ${n}.center;
            mat3 m = scaleQuaternionToMatrix(${n}.scales, ${n}.quaternion);
            m = m * transpose(m);
            ${r}.xxyyzz = vec3(m[0][0], m[1][1], m[2][2]);
            ${r}.xyxzyz = vec3(m[0][1], m[0][2], m[1][2]);
          }
        `):[`${r}.flags = 0u;`]}})}dynoOut(){return new ec(this,`covsplat`)}},Ic=class extends oc{constructor({gsplat:e}){super({inTypes:{gsplat:hc},outTypes:{flags:`uint`,active:`bool`,index:`int`,center:`vec3`,scales:`vec3`,quaternion:`vec4`,rgba:`vec4`,rgb:`vec3`,opacity:`float`,x:`float`,y:`float`,z:`float`,r:`float`,g:`float`,b:`float`},inputs:{gsplat:e},globals:()=>[Dc],statements:({inputs:e,outputs:t})=>{let{gsplat:n}=e,{flags:r,active:i,index:a,center:o,scales:s,quaternion:c,rgba:l,rgb:u,opacity:d,x:f,y:p,z:m,r:h,g,b:_}=t;return[r?`${r} = ${n?`${n}.flags`:`0u`};`:null,i?`${i} = isGsplatActive(${n?`${n}.flags`:`0u`});`:null,a?`${a} = ${n?`${n}.index`:`0`};`:null,o?`${o} = ${n?`${n}.center`:`vec3(0.0, 0.0, 0.0)`};`:null,s?`${s} = ${n?`${n}.scales`:`vec3(0.0, 0.0, 0.0)`};`:null,c?`${c} = ${n?`${n}.quaternion`:`vec4(0.0, 0.0, 0.0, 1.0)`};`:null,l?`${l} = ${n?`${n}.rgba`:`vec4(0.0, 0.0, 0.0, 0.0)`};`:null,u?`${u} = ${n?`${n}.rgba.rgb`:`vec3(0.0, 0.0, 0.0)`};`:null,d?`${d} = ${n?`${n}.rgba.a`:`0.0`};`:null,f?`${f} = ${n?`${n}.center.x`:`0.0`};`:null,p?`${p} = ${n?`${n}.center.y`:`0.0`};`:null,m?`${m} = ${n?`${n}.center.z`:`0.0`};`:null,h?`${h} = ${n?`${n}.rgba.r`:`0.0`};`:null,g?`${g} = ${n?`${n}.rgba.g`:`0.0`};`:null,_?`${_} = ${n?`${n}.rgba.b`:`0.0`};`:null].filter(Boolean)}})}},Lc=class extends oc{constructor({gsplat:e,flags:t,index:n,center:r,scales:i,quaternion:a,rgba:o,rgb:s,opacity:c,x:l,y:u,z:d,r:f,g:p,b:m}){super({inTypes:{gsplat:hc,flags:`uint`,index:`int`,center:`vec3`,scales:`vec3`,quaternion:`vec4`,rgba:`vec4`,rgb:`vec3`,opacity:`float`,x:`float`,y:`float`,z:`float`,r:`float`,g:`float`,b:`float`},outTypes:{gsplat:hc},inputs:{gsplat:e,flags:t,index:n,center:r,scales:i,quaternion:a,rgba:o,rgb:s,opacity:c,x:l,y:u,z:d,r:f,g:p,b:m},globals:()=>[Dc],statements:({inputs:e,outputs:t})=>{let{gsplat:n}=t;if(!n)return[];let{gsplat:r,flags:i,index:a,center:o,scales:s,quaternion:c,rgba:l,rgb:u,opacity:d,x:f,y:p,z:m,r:h,g,b:_}=e;return[`${n}.flags = ${i??(r?`${r}.flags`:`0u`)};`,`${n}.index = ${a??(r?`${r}.index`:`0`)};`,`${n}.center = ${o??(r?`${r}.center`:`vec3(0.0, 0.0, 0.0)`)};`,`${n}.scales = ${s??(r?`${r}.scales`:`vec3(0.0, 0.0, 0.0)`)};`,`${n}.quaternion = ${c??(r?`${r}.quaternion`:`vec4(0.0, 0.0, 0.0, 1.0)`)};`,`${n}.rgba = ${l??(r?`${r}.rgba`:`vec4(0.0, 0.0, 0.0, 0.0)`)};`,u?`${n}.rgba.rgb = ${u};`:null,d?`${n}.rgba.a = ${d};`:null,f?`${n}.center.x = ${f};`:null,p?`${n}.center.y = ${p};`:null,m?`${n}.center.z = ${m};`:null,h?`${n}.rgba.r = ${h};`:null,g?`${n}.rgba.g = ${g};`:null,_?`${n}.rgba.b = ${_};`:null].filter(Boolean)}})}dynoOut(){return new ec(this,`gsplat`)}};fc(`
  vec3 gsplatNormal(vec3 scales, vec4 quaternion) {
    float minScale = min(scales.x, min(scales.y, scales.z));
    vec3 normal;
    if (scales.z == minScale) {
      normal = vec3(0.0, 0.0, 1.0);
    } else if (scales.y == minScale) {
      normal = vec3(0.0, 1.0, 0.0);
    } else {
      normal = vec3(1.0, 0.0, 0.0);
    }
    return quatVec(quaternion, normal);
  }
`);var Rc=class extends oc{constructor({gsplat:e,scale:t,rotate:n,translate:r,recolor:i}){super({inTypes:{gsplat:hc,scale:`float`,rotate:`vec4`,translate:`vec3`,recolor:`vec4`},outTypes:{gsplat:hc},inputs:{gsplat:e,scale:t,rotate:n,translate:r,recolor:i},globals:()=>[Dc],statements:({inputs:e,outputs:t,compile:n})=>{let{gsplat:r}=t;if(!r||!e.gsplat)return[];let{scale:i,rotate:a,translate:o,recolor:s}=e,c=n.indent;return[`${r} = ${e.gsplat};`,`if (isGsplatActive(${r}.flags)) {`,i?`${c}${r}.center *= ${i};`:null,a?`${c}${r}.center = quatVec(${a}, ${r}.center);`:null,o?`${c}${r}.center += ${o};`:null,i?`${c}${r}.scales *= ${i};`:null,a?`${c}${r}.quaternion = quatQuat(${a}, ${r}.quaternion);`:null,s?`${c}${r}.rgba *= ${s};`:null,`}`].filter(Boolean)}})}dynoOut(){return new ec(this,`gsplat`)}},zc=e=>new Vc({covsplat:e}),Bc=({covsplat:e,flags:t,index:n,center:r,rgba:i,rgb:a,opacity:o,x:s,y:c,z:l,r:u,g:d,b:f})=>new Hc({covsplat:e,flags:t,index:n,center:r,rgba:i,rgb:a,opacity:o,x:s,y:c,z:l,r:u,g:d,b:f}),Vc=class extends oc{constructor({covsplat:e}){super({inTypes:{covsplat:gc},outTypes:{flags:`uint`,active:`bool`,index:`int`,center:`vec3`,rgba:`vec4`,rgb:`vec3`,opacity:`float`,x:`float`,y:`float`,z:`float`,r:`float`,g:`float`,b:`float`},inputs:{covsplat:e},globals:()=>[Oc],statements:({inputs:e,outputs:t})=>{let{covsplat:n}=e,{flags:r,active:i,index:a,center:o,rgba:s,rgb:c,opacity:l,x:u,y:d,z:f,r:p,g:m,b:h}=t;return[r?`${r} = ${n?`${n}.flags`:`0u`};`:null,i?`${i} = isCovSplatActive(${n?`${n}.flags`:`0u`});`:null,a?`${a} = ${n?`${n}.index`:`0`};`:null,o?`${o} = ${n?`${n}.center`:`vec3(0.0, 0.0, 0.0)`};`:null,s?`${s} = ${n?`${n}.rgba`:`vec4(0.0, 0.0, 0.0, 0.0)`};`:null,c?`${c} = ${n?`${n}.rgba.rgb`:`vec3(0.0, 0.0, 0.0)`};`:null,l?`${l} = ${n?`${n}.rgba.a`:`0.0`};`:null,u?`${u} = ${n?`${n}.center.x`:`0.0`};`:null,d?`${d} = ${n?`${n}.center.y`:`0.0`};`:null,f?`${f} = ${n?`${n}.center.z`:`0.0`};`:null,p?`${p} = ${n?`${n}.rgba.r`:`0.0`};`:null,m?`${m} = ${n?`${n}.rgba.g`:`0.0`};`:null,h?`${h} = ${n?`${n}.rgba.b`:`0.0`};`:null].filter(Boolean)}})}},Hc=class extends oc{constructor({covsplat:e,flags:t,index:n,center:r,rgba:i,rgb:a,opacity:o,x:s,y:c,z:l,r:u,g:d,b:f}){super({inTypes:{covsplat:gc,flags:`uint`,index:`int`,center:`vec3`,rgba:`vec4`,rgb:`vec3`,opacity:`float`,x:`float`,y:`float`,z:`float`,r:`float`,g:`float`,b:`float`},outTypes:{covsplat:gc},inputs:{covsplat:e,flags:t,index:n,center:r,rgba:i,rgb:a,opacity:o,x:s,y:c,z:l,r:u,g:d,b:f},globals:()=>[Oc],statements:({inputs:e,outputs:t})=>{let{covsplat:n}=t;if(!n)return[];let{covsplat:r,flags:i,index:a,center:o,rgba:s,rgb:c,opacity:l,x:u,y:d,z:f,r:p,g:m,b:h}=e;return[`${n}.flags = ${i??(r?`${r}.flags`:`0u`)};`,`${n}.index = ${a??(r?`${r}.index`:`0`)};`,`${n}.center = ${o??(r?`${r}.center`:`vec3(0.0, 0.0, 0.0)`)};`,`${n}.rgba = ${s??(r?`${r}.rgba`:`vec4(0.0, 0.0, 0.0, 0.0)`)};`,c?`${n}.rgba.rgb = ${c};`:null,l?`${n}.rgba.a = ${l};`:null,u?`${n}.center.x = ${u};`:null,d?`${n}.center.y = ${d};`:null,f?`${n}.center.z = ${f};`:null,p?`${n}.rgba.r = ${p};`:null,m?`${n}.rgba.g = ${m};`:null,h?`${n}.rgba.b = ${h};`:null,`${n}.xxyyzz = ${r?`${r}.xxyyzz`:`vec3(0.0, 0.0, 0.0)`};`,`${n}.xyxzyz = ${r?`${r}.xyxzyz`:`vec3(0.0, 0.0, 0.0)`};`].filter(Boolean)}})}dynoOut(){return new ec(this,`covsplat`)}},Uc=class extends oc{constructor({index:e}){super({inTypes:{index:`int`},outTypes:{coord:`ivec3`},inputs:{index:e},statements:({inputs:e,outputs:t})=>{let{index:n}=e,{coord:r}=t;return!n||!r?[]:[`${r} = splatTexCoord(${n});`]}})}dynoOut(){return new ec(this,`coord`)}},Wc=class extends oc{constructor({index:e}){super({inTypes:{index:`int`},outTypes:{coord:`ivec3`},inputs:{index:e},statements:({inputs:e,outputs:t})=>{let{index:n}=e,{coord:r}=t;return!n||!r?[]:[`${r} = pagedSplatTexCoord(${n});`]}})}dynoOut(){return new ec(this,`coord`)}},Gc=(e,t)=>new Zc({gsplat:e,rgbMinMaxLnScaleMinMax:t}),Kc=(e,t)=>new Qc({covsplat:e,rgbMinMaxLnScaleMinMax:t}),qc=e=>new $c({gsplat:e}),Jc=e=>new el({covsplat:e}),Yc=(e,t,n,r)=>new tl({gsplat:e,viewCenter:t,viewDir:n,sortRadial:r}),Xc=(e,t,n,r)=>new nl({covsplat:e,viewCenter:t,viewDir:n,sortRadial:r}),Zc=class extends oc{constructor({gsplat:e,rgbMinMaxLnScaleMinMax:t}){super({inTypes:{gsplat:hc,rgbMinMaxLnScaleMinMax:`vec4`},inputs:{gsplat:e,rgbMinMaxLnScaleMinMax:t},globals:()=>[Dc],statements:({inputs:e,outputs:t})=>{let{gsplat:n,rgbMinMaxLnScaleMinMax:r}=e;return n&&r?dc(`
            if (isGsplatActive(${n}.flags)) {
              target = packSplatEncoding(${n}.center, ${n}.scales, ${n}.quaternion, ${n}.rgba, ${r});
            } else {
              target = uvec4(0u, 0u, 0u, 0u);
            }
          `):[`target = uvec4(0u, 0u, 0u, 0u);`]}})}},Qc=class extends oc{constructor({covsplat:e,rgbMinMaxLnScaleMinMax:t}){super({inTypes:{covsplat:gc,rgbMinMaxLnScaleMinMax:`vec4`},inputs:{covsplat:e,rgbMinMaxLnScaleMinMax:t},globals:()=>[Oc],statements:({inputs:e})=>{let{covsplat:t,rgbMinMaxLnScaleMinMax:n}=e;return t&&n?dc(`
            if (isCovSplatActive(${t}.flags)) {
              target = packSplatCovEncoding(${t}.center, ${t}.rgba, ${t}.xxyyzz, ${t}.xyxzyz, ${n});
            } else {
              target = uvec4(0u);
            }
          `):[`target = uvec4(0u);`]}})}},$c=class extends oc{constructor({gsplat:e}){super({inTypes:{gsplat:hc},inputs:{gsplat:e},globals:()=>[Dc],statements:({inputs:e})=>{let{gsplat:t}=e;return t?dc(`
            if (isGsplatActive(${t}.flags)) {
              packSplatExt(target, target2, ${t}.center, ${t}.scales, ${t}.quaternion, ${t}.rgba);
            } else {
              target = uvec4(0u);
              target2 = uvec4(0u);
            }
          `):[`target = uvec4(0u);`,`target2 = uvec4(0u);`]}})}},el=class extends oc{constructor({covsplat:e}){super({inTypes:{covsplat:gc},inputs:{covsplat:e},globals:()=>[Oc],statements:({inputs:e})=>{let{covsplat:t}=e;return t?dc(`
            if (isCovSplatActive(${t}.flags)) {
              packSplatExtCov(target, target2, ${t}.center, ${t}.rgba, ${t}.xxyyzz, ${t}.xyxzyz);
            } else {
              target = uvec4(0u);
              target2 = uvec4(0u);
            }
          `):[`target = uvec4(0u);`,`target2 = uvec4(0u);`]}})}},tl=class extends oc{constructor({gsplat:e,viewCenter:t,viewDir:n,sortRadial:r}){super({inTypes:{gsplat:hc,viewCenter:`vec3`,viewDir:`vec3`,sortRadial:`bool`},inputs:{gsplat:e,viewCenter:t,viewDir:n,sortRadial:r},globals:()=>[Dc],statements:({inputs:e})=>{let{gsplat:t,viewCenter:n,viewDir:r,sortRadial:i}=e;return t&&n&&r&&i?dc(`
            float metric = 1.0 / 0.0;
            if (isGsplatActive(${t}.flags)) {
              vec3 center = ${t}.center - ${n};
              if (${i}) {
                metric = length(center);
              } else {
                float bias = 100.0; // reduce popping
                metric = dot(center, ${r}) + bias;
              }
            }
            target3 = floatToVec4(metric);
          `):[]}})}},nl=class extends oc{constructor({covsplat:e,viewCenter:t,viewDir:n,sortRadial:r}){super({inTypes:{covsplat:gc,viewCenter:`vec3`,viewDir:`vec3`,sortRadial:`bool`},inputs:{covsplat:e,viewCenter:t,viewDir:n,sortRadial:r},globals:()=>[Oc],statements:({inputs:e})=>{let{covsplat:t,viewCenter:n,viewDir:r,sortRadial:i}=e;return t&&n&&r&&i?dc(`
            float metric = 1.0 / 0.0;
            if (isCovSplatActive(${t}.flags)) {
              vec3 center = ${t}.center - ${n};
              if (${i}) {
                metric = length(center);
              } else {
                float bias = 100.0; // reduce popping
                metric = dot(center, ${r}) + bias;
              }
            }
            target3 = floatToVec4(metric);
          `):[]}})}},rl=class extends oc{constructor({rgba8:e}){super({inTypes:{rgba8:`vec4`},inputs:{rgba8:e},statements:({inputs:e,outputs:t})=>[`target = ${e.rgba8??`vec4(0.0, 0.0, 0.0, 0.0)`};`]})}dynoOut(){return new ec(this,`rgba8`)}},il=class extends oc{constructor({key:e,type:t,count:n,value:r,update:i,globals:a}){e??=`value`,super({outTypes:{[e]:t},update:()=>{if(i){let e=i(this.value);e!==void 0&&(this.value=e)}this.uniform.value=this.value},generate:({inputs:r,outputs:i})=>{let o=a?.({inputs:r,outputs:i})??[],s={},c=i[e];return c&&(o.push(`uniform ${uc(c,t,n)};`),s[c]=this.uniform),{globals:o,uniforms:s}}}),this.type=t,this.count=n,this.value=r,this.uniform={value:r},this.outKey=e}dynoOut(){return new ec(this,this.outKey)}},al=class extends il{constructor({key:e,value:t,update:n}){super({key:e,type:`bool`,value:t,update:n})}},ol=class extends il{constructor({key:e,value:t,update:n}){super({key:e,type:`int`,value:t,update:n})}},sl=class extends il{constructor({key:e,value:t,update:n}){super({key:e,type:`float`,value:t,update:n})}},cl=class extends il{constructor({key:e,value:t,update:n}){super({key:e,type:`vec3`,value:t,update:n})}},ll=class extends il{constructor({key:e,value:t,update:n}){super({key:e,type:`vec4`,value:t,update:n})}},ul=class extends il{constructor({key:e,value:t,update:n}){super({key:e,type:`mat3`,value:t,update:n})}},dl=class extends il{constructor({key:e,value:t,update:n}){super({key:e,type:`usampler2D`,value:t,update:n})}},fl=class extends il{constructor({key:e,value:t,update:n}){super({key:e,type:`usampler2DArray`,value:t,update:n})}},pl=Uint8Array,ml=Uint16Array,hl=Int32Array,gl=new pl([0,0,0,0,0,0,0,0,1,1,1,1,2,2,2,2,3,3,3,3,4,4,4,4,5,5,5,5,0,0,0,0]),_l=new pl([0,0,0,0,1,1,2,2,3,3,4,4,5,5,6,6,7,7,8,8,9,9,10,10,11,11,12,12,13,13,0,0]),vl=new pl([16,17,18,0,8,7,9,6,10,5,11,4,12,3,13,2,14,1,15]),yl=function(e,t){for(var n=new ml(31),r=0;r<31;++r)n[r]=t+=1<<e[r-1];for(var i=new hl(n[30]),r=1;r<30;++r)for(var a=n[r];a<n[r+1];++a)i[a]=a-n[r]<<5|r;return{b:n,r:i}},bl=yl(gl,2),xl=bl.b,Sl=bl.r;xl[28]=258,Sl[258]=28;for(var Cl=yl(_l,0).b,wl=new ml(32768),Tl=0;Tl<32768;++Tl){var El=(Tl&43690)>>1|(Tl&21845)<<1;El=(El&52428)>>2|(El&13107)<<2,El=(El&61680)>>4|(El&3855)<<4,wl[Tl]=((El&65280)>>8|(El&255)<<8)>>1}for(var Dl=function(e,t,n){for(var r=e.length,i=0,a=new ml(t);i<r;++i)e[i]&&++a[e[i]-1];var o=new ml(t);for(i=1;i<t;++i)o[i]=o[i-1]+a[i-1]<<1;var s;if(n){s=new ml(1<<t);var c=15-t;for(i=0;i<r;++i)if(e[i])for(var l=i<<4|e[i],u=t-e[i],d=o[e[i]-1]++<<u,f=d|(1<<u)-1;d<=f;++d)s[wl[d]>>c]=l}else for(s=new ml(r),i=0;i<r;++i)e[i]&&(s[i]=wl[o[e[i]-1]++]>>15-e[i]);return s},Ol=new pl(288),Tl=0;Tl<144;++Tl)Ol[Tl]=8;for(var Tl=144;Tl<256;++Tl)Ol[Tl]=9;for(var Tl=256;Tl<280;++Tl)Ol[Tl]=7;for(var Tl=280;Tl<288;++Tl)Ol[Tl]=8;for(var kl=new pl(32),Tl=0;Tl<32;++Tl)kl[Tl]=5;var Al=Dl(Ol,9,1),jl=Dl(kl,5,1),Ml=function(e){for(var t=e[0],n=1;n<e.length;++n)e[n]>t&&(t=e[n]);return t},Nl=function(e,t,n){var r=t/8|0;return(e[r]|e[r+1]<<8)>>(t&7)&n},Pl=function(e,t){var n=t/8|0;return(e[n]|e[n+1]<<8|e[n+2]<<16)>>(t&7)},Fl=function(e){return(e+7)/8|0},Il=function(e,t,n){return(t==null||t<0)&&(t=0),(n==null||n>e.length)&&(n=e.length),new pl(e.subarray(t,n))},Ll=[`unexpected EOF`,`invalid block type`,`invalid length/literal`,`invalid distance`,`stream finished`,`no stream handler`,,`no callback`,`invalid UTF-8 data`,`extra field too long`,`date not in range 1980-2099`,`filename too long`,`stream finishing`,`invalid zip data`],Rl=function(e,t,n){var r=Error(t||Ll[e]);if(r.code=e,Error.captureStackTrace&&Error.captureStackTrace(r,Rl),!n)throw r;return r},zl=function(e,t,n,r){var i=e.length,a=r?r.length:0;if(!i||t.f&&!t.l)return n||new pl(0);var o=!n,s=o||t.i!=2,c=t.i;o&&(n=new pl(i*3));var l=function(e){var t=n.length;if(e>t){var r=new pl(Math.max(t*2,e));r.set(n),n=r}},u=t.f||0,d=t.p||0,f=t.b||0,p=t.l,m=t.d,h=t.m,g=t.n,_=i*8;do{if(!p){u=Nl(e,d,1);var v=Nl(e,d+1,3);if(d+=3,!v){var y=Fl(d)+4,b=e[y-4]|e[y-3]<<8,x=y+b;if(x>i){c&&Rl(0);break}s&&l(f+b),n.set(e.subarray(y,x),f),t.b=f+=b,t.p=d=x*8,t.f=u;continue}if(v==1)p=Al,m=jl,h=9,g=5;else if(v==2){var S=Nl(e,d,31)+257,C=Nl(e,d+10,15)+4,w=S+Nl(e,d+5,31)+1;d+=14;for(var T=new pl(w),E=new pl(19),D=0;D<C;++D)E[vl[D]]=Nl(e,d+D*3,7);d+=C*3;for(var O=Ml(E),ee=(1<<O)-1,k=Dl(E,O,1),D=0;D<w;){var te=k[Nl(e,d,ee)];d+=te&15;var y=te>>4;if(y<16)T[D++]=y;else{var A=0,j=0;for(y==16?(j=3+Nl(e,d,3),d+=2,A=T[D-1]):y==17?(j=3+Nl(e,d,7),d+=3):y==18&&(j=11+Nl(e,d,127),d+=7);j--;)T[D++]=A}}var M=T.subarray(0,S),N=T.subarray(S);h=Ml(M),g=Ml(N),p=Dl(M,h,1),m=Dl(N,g,1)}else Rl(1);if(d>_){c&&Rl(0);break}}s&&l(f+131072);for(var ne=(1<<h)-1,P=(1<<g)-1,F=d;;F=d){var A=p[Pl(e,d)&ne],re=A>>4;if(d+=A&15,d>_){c&&Rl(0);break}if(A||Rl(2),re<256)n[f++]=re;else if(re==256){F=d,p=null;break}else{var ie=re-254;if(re>264){var D=re-257,I=gl[D];ie=Nl(e,d,(1<<I)-1)+xl[D],d+=I}var ae=m[Pl(e,d)&P],oe=ae>>4;ae||Rl(3),d+=ae&15;var N=Cl[oe];if(oe>3){var I=_l[oe];N+=Pl(e,d)&(1<<I)-1,d+=I}if(d>_){c&&Rl(0);break}s&&l(f+131072);var L=f+ie;if(f<N){var R=a-N,se=Math.min(N,L);for(R+f<0&&Rl(3);f<se;++f)n[f]=r[R+f]}for(;f<L;++f)n[f]=n[f-N]}}t.l=p,t.p=F,t.b=f,t.f=u,p&&(u=1,t.m=h,t.d=m,t.n=g)}while(!u);return f!=n.length&&o?Il(n,0,f):n.subarray(0,f)},Bl=new pl(0),Vl=function(e,t){return e[t]|e[t+1]<<8},Hl=function(e,t){return(e[t]|e[t+1]<<8|e[t+2]<<16|e[t+3]<<24)>>>0},Ul=function(e,t){return Hl(e,t)+Hl(e,t+4)*4294967296},Wl=function(e){(e[0]!=31||e[1]!=139||e[2]!=8)&&Rl(6,`invalid gzip data`);var t=e[3],n=10;t&4&&(n+=(e[10]|e[11]<<8)+2);for(var r=(t>>3&1)+(t>>4&1);r>0;r-=!e[n++]);return n+(t&2)},Gl=function(){function e(e,t){typeof e==`function`&&(t=e,e={}),this.ondata=t;var n=e&&e.dictionary&&e.dictionary.subarray(-32768);this.s={i:0,b:n?n.length:0},this.o=new pl(32768),this.p=new pl(0),n&&this.o.set(n)}return e.prototype.e=function(e){if(this.ondata||Rl(5),this.d&&Rl(4),!this.p.length)this.p=e;else if(e.length){var t=new pl(this.p.length+e.length);t.set(this.p),t.set(e,this.p.length),this.p=t}},e.prototype.c=function(e){this.s.i=+(this.d=e||!1);var t=this.s.b,n=zl(this.p,this.s,this.o);this.ondata(Il(n,t,this.s.b),this.d),this.o=Il(n,this.s.b-32768),this.s.b=this.o.length,this.p=Il(this.p,this.s.p/8|0),this.s.p&=7},e.prototype.push=function(e,t){this.e(e),this.c(t)},e}();function Kl(e,t){return zl(e,{i:2},t&&t.out,t&&t.dictionary)}var ql=function(){function e(e,t){this.v=1,this.r=0,Gl.call(this,e,t)}return e.prototype.push=function(e,t){if(Gl.prototype.e.call(this,e),this.r+=e.length,this.v){var n=this.p.subarray(this.v-1),r=n.length>3?Wl(n):4;if(r>n.length){if(!t)return}else this.v>1&&this.onmember&&this.onmember(this.r-n.length);this.p=n.subarray(r),this.v=0}Gl.prototype.c.call(this,t),this.s.f&&!this.s.l&&!t&&(this.v=Fl(this.s.p)+9,this.s={i:0},this.o=new pl(0),this.push(new pl(0),t))},e}(),Jl=typeof TextDecoder<`u`&&new TextDecoder;try{Jl.decode(Bl,{stream:!0})}catch{}var Yl=function(e){for(var t=``,n=0;;){var r=e[n++],i=(r>127)+(r>223)+(r>239);if(n+i>e.length)return{s:t,r:Il(e,n-1)};i?i==3?(r=((r&15)<<18|(e[n++]&63)<<12|(e[n++]&63)<<6|e[n++]&63)-65536,t+=String.fromCharCode(55296|r>>10,56320|r&1023)):i&1?t+=String.fromCharCode((r&31)<<6|e[n++]&63):t+=String.fromCharCode((r&15)<<12|(e[n++]&63)<<6|e[n++]&63):t+=String.fromCharCode(r)}};function Xl(e,t){if(t){for(var n=``,r=0;r<e.length;r+=16384)n+=String.fromCharCode.apply(null,e.subarray(r,r+16384));return n}if(Jl)return Jl.decode(e);var i=Yl(e),a=i.s,n=i.r;return n.length&&Rl(8),a}var Zl=function(e,t){return t+30+Vl(e,t+26)+Vl(e,t+28)},Ql=function(e,t,n){var r=Vl(e,t+28),i=Xl(e.subarray(t+46,t+46+r),!(Vl(e,t+8)&2048)),a=t+46+r,o=Hl(e,t+20),s=n&&o==4294967295?$l(e,a):[o,Hl(e,t+24),Hl(e,t+42)],c=s[0],l=s[1],u=s[2];return[Vl(e,t+10),c,l,i,a+Vl(e,t+30)+Vl(e,t+32),u]},$l=function(e,t){for(;Vl(e,t)!=1;t+=4+Vl(e,t+2));return[Ul(e,t+12),Ul(e,t+4),Ul(e,t+20)]};function eu(e,t){for(var n={},r=e.length-22;Hl(e,r)!=101010256;--r)(!r||e.length-r>65558)&&Rl(13);var i=Vl(e,r+8);if(!i)return{};var a=Hl(e,r+16),o=a==4294967295||i==65535;if(o){var s=Hl(e,r-12);o=Hl(e,s)==101075792,o&&(i=Hl(e,s+32),a=Hl(e,s+48))}for(var c=t&&t.filter,l=0;l<i;++l){var u=Ql(e,a,o),d=u[0],f=u[1],p=u[2],m=u[3],h=u[4],g=u[5],_=Zl(e,g);a=h,(!c||c({name:m,size:f,originalSize:p,compression:d}))&&(d?d==8?n[m]=Kl(e.subarray(_,_+f),{out:new pl(p)}):Rl(14,`unknown compression type `+d):n[m]=Il(e,_,_+f))}return n}var tu=Number.parseInt(`187`)>=179,nu=new Float32Array(1),ru=new Uint32Array(nu.buffer),iu=`Float16Array`in globalThis,au=iu?new globalThis.Float16Array(1):null,ou=new Uint16Array(au?.buffer);function su(e){return nu[0]=e,ru[0]}function cu(e){return ru[0]=e,nu[0]}var lu=iu?du:fu,uu=iu?pu:mu;function du(e){return au[0]=e,ou[0]}function fu(e){nu[0]=e;let t=ru[0],n=t>>31&1,r=t>>23&255,i=t&8388607,a=n<<15;if(r===255)return i===0?a|31744:a|32767;let o=r-127+15;if(o>=31)return a|31744;if(o<=0)return o<-10?a:a|(i|8388608)>>1-o+13;let s=i>>13;return a|o<<10|s}function pu(e){return ou[0]=e,au[0]}function mu(e){let t=e>>15&1,n=e>>10&31,r=e&1023,i;if(n===0){if(r===0)i=t<<31;else{let e=r,n=-14;for(;!(e&1024);)e<<=1,n--;e&=1023;let a=n+127,o=e<<13;i=t<<31|a<<23|o}}else if(n===31)i=r===0?t<<31|2139095040:t<<31|2143289344;else{let e=n-15+127,a=r<<13;i=t<<31|e<<23|a}return ru[0]=i,nu[0]}function hu(e){return Math.max(0,Math.min(255,Math.round(e*255)))}function gu(e){let t=[],n=new Set;function r(e){e&&typeof e==`object`&&!n.has(e)&&(n.add(e),e instanceof ArrayBuffer?t.push(e):ArrayBuffer.isView(e)?t.push(e.buffer):Array.isArray(e)?e.forEach(r):Object.values(e).forEach(r))}return r(e),t}function _u(e,t,n,r,i,a,o,s,c,l,u,d,f,p,m,h){let g=t*4,[_,v]=e;_[g]=su(n),_[g+1]=su(r),_[g+2]=su(i),_[g+3]=lu(f),v[g]=lu(p)|lu(m)<<16,v[g+1]=lu(h)|lu(Math.log(a))<<16,v[g+2]=lu(Math.log(o))|lu(Math.log(s))<<16,v[g+3]=Pu(c,l,u,d)}function vu(e,t){let n=xu,r=t*4,[i,a]=e;return n.center.x=cu(i[r]),n.center.y=cu(i[r+1]),n.center.z=cu(i[r+2]),n.opacity=uu(i[r+3]&65535),n.color.r=uu(a[r]&65535),n.color.g=uu(a[r]>>>16),n.color.b=uu(a[r+1]&65535),n.scales.x=Math.exp(uu(a[r+1]>>>16)),n.scales.y=Math.exp(uu(a[r+2]&65535)),n.scales.z=Math.exp(uu(a[r+2]>>>16)),Fu(a[r+3],n.quaternion),n}function yu(e,t,n,r,i,a,o,s,c,l,u,d,f,p,m,h,g){let _=g?.rgbMin??0,v=(g?.rgbMax??1)-_,y=hu((p-_)/v),b=hu((m-_)/v),x=hu((h-_)/v),S=hu(g?.lodOpacity?.5*f:f),C=Mu(bu.set(c,l,u,d)),w=C&255,T=C>>>8&255,E=C>>>16&255,D=g?.lnScaleMin??-12,O=254/((g?.lnScaleMax??9)-D),ee=a<Is?0:Math.min(255,Math.max(1,Math.round((Math.log(a)-D)*O)+1)),k=o<Is?0:Math.min(255,Math.max(1,Math.round((Math.log(o)-D)*O)+1)),te=s<Is?0:Math.min(255,Math.max(1,Math.round((Math.log(s)-D)*O)+1)),A=lu(n),j=lu(r),M=lu(i),N=t*4;e[N]=y|b<<8|x<<16|S<<24,e[N+1]=A|j<<16,e[N+2]=M|w<<16|T<<24,e[N+3]=ee|k<<8|te<<16|E<<24}var bu=new xe,xu={center:new V,scales:new V,quaternion:new xe,color:new J,opacity:0};function Su(e,t,n){let r=xu,i=t*4,a=e[i],o=e[i+1],s=e[i+2],c=e[i+3],l=n?.rgbMin??0,u=(n?.rgbMax??1)-l;r.color.set(l+(a&255)/255*u,l+(a>>>8&255)/255*u,l+(a>>>16&255)/255*u),r.opacity=(a>>>24&255)/255,n?.lodOpacity&&(r.opacity=2*r.opacity),r.center.set(uu(o&65535),uu(o>>>16&65535),uu(s&65535));let d=n?.lnScaleMin??-12,f=((n?.lnScaleMax??9)-d)/254,p=c&255;r.scales.x=p===0?0:Math.exp(d+(p-1)*f);let m=c>>>8&255;r.scales.y=m===0?0:Math.exp(d+(m-1)*f);let h=c>>>16&255;return r.scales.z=h===0?0:Math.exp(d+(h-1)*f),Nu(s>>>16&65535|c>>>8&16711680,r.quaternion),r}function Cu(e){let t=Z,n=Math.max(Rs,Math.min(Ls,Math.ceil(e/t))),r=Math.ceil(e/(t*n));return{width:t,height:n,depth:r,maxSplats:t*n*r}}function wu(){return navigator.platform.toLowerCase().startsWith(`win`)?!1:navigator.maxTouchPoints>0||/Mobi|Android|iPhone|iPad|iPod|Opera Mini|IEMobile/.test(navigator.userAgent)}function Tu(){return/Android/.test(navigator.userAgent)||/Tizen/.test(navigator.userAgent)}function Eu(){return!!navigator.xr&&/Oculus/.test(navigator.userAgent)}function Du(){return/iPhone|iPad/.test(navigator.userAgent)}function Ou(){return!!navigator.xr&&Du()&&/Safari/.test(navigator.userAgent)&&wu()}var ku=fc(`
  precision highp float;

  in vec3 position;

  void main() {
    gl_Position = vec4(position.xy, 0.0, 1.0);
  }
`),Au=new xe,ju=new V;function Mu(e){let t=Au.copy(e).normalize();t.w<0&&t.set(-t.x,-t.y,-t.z,-t.w);let n=2*Math.acos(t.w),r=Math.sqrt(t.x*t.x+t.y*t.y+t.z*t.z),i=r<1e-6?ju.set(1,0,0):ju.set(t.x,t.y,t.z).divideScalar(r),a=Math.abs(i.x)+Math.abs(i.y)+Math.abs(i.z),o=i.x/a,s=i.y/a;if(i.z<0){let e=o;o=(1-Math.abs(s))*(o>=0?1:-1),s=(1-Math.abs(e))*(s>=0?1:-1)}let c=o*.5+.5,l=s*.5+.5,u=Math.round(c*255),d=Math.round(l*255);return Math.round(255/Math.PI*n)<<16|d<<8|u}function Nu(e,t){let n=e&255,r=e>>>8&255,i=e>>>16&255,a=n/255,o=r/255,s=(a-.5)*2,c=(o-.5)*2,l=1-(Math.abs(s)+Math.abs(c)),u=Math.max(-l,0);s+=s>=0?-u:u,c+=c>=0?-u:u;let d=ju.set(s,c,l).normalize(),f=i/255*Math.PI*.5,p=Math.sin(f),m=Math.cos(f);return t.set(d.x*p,d.y*p,d.z*p,m),t}function Pu(e,t,n,r){let i=Math.sqrt(e*e+t*t+n*n+r*r),a=(r<0?-e:e)/i,o=(r<0?-t:t)/i,s=(r<0?-n:n)/i,c=(r<0?-r:r)/i,l=2*Math.acos(c),u=Math.sqrt(a*a+o*o+s*s),d=u<1e-6?1:a/u,f=u<1e-6?0:o/u,p=u<1e-6?0:s/u,m=Math.abs(d)+Math.abs(f)+Math.abs(p),h=d/m,g=f/m;if(p<0){let e=h;h=(1-Math.abs(g))*(h>=0?1:-1),g=(1-Math.abs(e))*(g>=0?1:-1)}let _=h*.5+.5,v=g*.5+.5,y=Math.round(_*1023),b=Math.round(v*1023);return Math.round(4095/Math.PI*l)<<20|b<<10|y}function Fu(e,t){let n=e&1023,r=e>>>10&1023,i=e>>>20&4095,a=n/1023,o=r/1023,s=(a-.5)*2,c=(o-.5)*2,l=1-(Math.abs(s)+Math.abs(c)),u=Math.max(-l,0);s+=s>=0?-u:u,c+=c>=0?-u:u;let d=Math.sqrt(s*s+c*c+l*l),f=d<1e-6?0:s/d,p=d<1e-6?0:c/d,m=d<1e-6?0:l/d,h=i/4095*Math.PI*.5,g=Math.sin(h),_=Math.cos(h);return t.set(f*g,p*g,m*g,_),t}function Iu(e,t){let n=[],r=0,i=null,a=new ql((e,a)=>{if(n.push(e),r+=e.length,a||r>=t){let e=new Uint8Array(r),a=0;for(let t of n)e.set(t,a),a+=t.length;i=e.slice(0,t)}}),o=1024,s=0;for(;i==null&&s<e.length;){let t=e.slice(s,s+o);a.push(t,!1),s+=o}if(i==null&&(a.push(new Uint8Array,!0),i==null))throw Error(`Failed to decompress partial gzip`);return i}function Lu(e,t,n,r,i){let a=e.getContext(),o=e.properties.get(t)?.__webglTexture;if(!o)throw Error(`texture not found`);let s=a.getParameter(a.UNPACK_FLIP_Y_WEBGL),c=a.getParameter(a.UNPACK_PREMULTIPLY_ALPHA_WEBGL);e.state.activeTexture(a.TEXTURE0),e.state.bindTexture(a.TEXTURE_2D,o),a.bindBuffer(a.PIXEL_UNPACK_BUFFER,null),a.pixelStorei(a.UNPACK_FLIP_Y_WEBGL,!1),a.pixelStorei(a.UNPACK_PREMULTIPLY_ALPHA_WEBGL,!1),a.texSubImage2D(a.TEXTURE_2D,0,0,0,n,r,a.RGBA_INTEGER,a.UNSIGNED_INT,i),e.state.unbindTexture(),a.pixelStorei(a.UNPACK_FLIP_Y_WEBGL,s),a.pixelStorei(a.UNPACK_PREMULTIPLY_ALPHA_WEBGL,c)}var Ru=class{constructor({graph:e,inputs:t,outputs:n,template:r,consoleLog:i}){this.graph=e,this.template=r,this.inputs=t??{},this.outputs=n??{};let a=new ac({indent:this.template.indent});for(let e in this.outputs)this.outputs[e]&&a.declares.add(this.outputs[e]);let o=e.compile({inputs:this.inputs,outputs:this.outputs,compile:a});this.shader=r.generate({globals:a.globals,statements:o}),this.uniforms=a.uniforms,this.updaters=a.updaters,i&&(console.log(`*** COMPILED SHADER`,this.shader),console.log(`*** UNIFORMS`,this.uniforms))}prepareMaterial(){return Vu(this)}update(){for(let e of this.updaters)e()}},zu=class{constructor(e){let t=e.match(/^([ \t]*)\{\{\s*GLOBALS\s*\}\}/m),n=e.match(/^([ \t]*)\{\{\s*STATEMENTS\s*\}\}/m);if(!t||!n)throw Error(`Template must contain {{ GLOBALS }} and {{ STATEMENTS }}`);this.before=e.substring(0,t.index),this.between=e.substring(t.index+t[0].length,n.index),this.after=e.substring(n.index+n[0].length),this.indent=n[1]}generate({globals:e,statements:t}){return this.before+Array.from(e).join(`

`)+this.between+t.map(e=>this.indent+e).join(`
`)+this.after}},Bu=new WeakMap;function Vu(e){let t=Bu.get(e);return t||(t=new fr({glslVersion:N,vertexShader:ku,fragmentShader:e.shader,uniforms:e.uniforms}),Bu.set(e,t),t)}function Hu(e,t,n=`add`){let r=()=>{throw Error(`Invalid ${n} types: ${e}, ${t}`)};if(e===t)return e;if(e===`int`){if(Vs(t))return t;r()}if(t===`int`){if(Vs(e))return e;r()}if(e===`uint`){if(Hs(t))return t;r()}if(t===`uint`){if(Hs(e))return e;r()}if(e===`float`){if(Gs(t))return t;r()}if(t===`float`){if(Gs(e))return e;r()}throw Error(`Invalid ${n} types: ${e}, ${t}`)}function Uu(e,t){return Hu(e,t,`sub`)}function Wu(e,t){let n=()=>{throw Error(`Invalid mul types: ${e}, ${t}`)},r=e=>e;if(e===`int`){if(Vs(t))return r(t);n()}if(t===`int`){if(Vs(e))return r(e);n()}if(e===`uint`){if(Hs(t))return r(t);n()}if(t===`uint`){if(Hs(e))return r(e);n()}if(e===`float`){if(Gs(t))return r(t);n()}if(t===`float`){if(Gs(e))return r(e);n()}if(Vs(e)||Hs(e)||Vs(t)||Hs(t)){if(e===t)return r(e);n()}if(e===`vec2`){if(t===`vec2`||Ks(t))return r(`vec2`);if(t===`mat3x2`)return r(`vec3`);if(t===`mat4x2`)return r(`vec4`);n()}if(e===`vec3`){if(t===`mat2x3`)return r(`vec2`);if(t===`vec3`||qs(t))return r(`vec3`);if(t===`mat4x3`)return r(`vec4`);n()}if(e===`vec4`){if(t===`mat2x4`)return r(`vec2`);if(t===`mat3x4`)return r(`vec3`);if(t===`vec4`||Js(t))return r(`vec4`);n()}if(t===`vec2`){if(Ks(e))return r(`vec2`);if(e===`mat2x3`)return r(`vec3`);if(e===`mat2x4`)return r(`vec4`);n()}if(t===`vec3`){if(e===`mat3x2`)return r(`vec2`);if(qs(e))return r(`vec3`);if(e===`mat3x4`)return r(`vec4`);n()}if(t===`vec4`){if(e===`mat4x2`)return r(`vec2`);if(e===`mat4x3`)return r(`vec3`);if(Js(e))return r(`vec4`);n()}if(Ks(e)){if(Ks(t))return r(`mat2`);if(t===`mat3x2`)return r(`mat3x2`);if(t===`mat4x2`)return r(`mat4x2`);n()}if(e===`mat2x3`){if(Ks(t))return r(`mat2x3`);if(t===`mat3x2`)return r(`mat3`);if(t===`mat4x2`)return r(`mat4x3`);n()}if(e===`mat2x4`){if(Ks(t))return r(`mat2x4`);if(t===`mat3x2`)return r(`mat3x4`);if(t===`mat4x2`)return r(`mat4`);n()}if(e===`mat3x2`){if(t===`mat2x3`)return r(`mat2`);if(qs(t))return r(`mat3x2`);if(t===`mat4x3`)return r(`mat4x2`);n()}if(qs(e)){if(t===`mat2x3`)return r(`mat2x3`);if(qs(t))return r(`mat3`);if(t===`mat4x3`)return r(`mat4x3`);n()}if(e===`mat3x4`){if(t===`mat2x3`)return r(`mat2x4`);if(qs(t))return r(`mat3x4`);if(t===`mat4x3`)return r(`mat4`);n()}if(e===`mat4x2`){if(t===`mat2x4`)return r(`mat2`);if(t===`mat3x4`)return r(`mat3x2`);if(Js(t))return r(`mat4x2`);n()}if(e===`mat4x3`){if(t===`mat2x4`)return r(`mat2x3`);if(t===`mat3x4`)return r(`mat3`);if(Js(t))return r(`mat4x3`);n()}if(Js(e)){if(t===`mat2x4`)return r(`mat2x4`);if(t===`mat3x4`)return r(`mat3x4`);if(Js(t))return r(`mat4`);n()}throw Error(`Invalid mul types: ${e}, ${t}`)}var Gu=(e,t)=>new Ju({a:e,b:t}),Ku=(e,t)=>new Yu({a:e,b:t}),qu=(e,t)=>new Xu({a:e,b:t}),Ju=class extends mc{constructor({a:e,b:t}){super({a:e,b:t,outKey:`sum`,outTypeFunc:Hu}),this.statements=({inputs:e,outputs:t})=>[`${t.sum} = ${e.a} + ${e.b};`]}},Yu=class extends mc{constructor({a:e,b:t}){super({a:e,b:t,outKey:`difference`,outTypeFunc:Uu}),this.statements=({inputs:e,outputs:t})=>[`${t.difference} = ${e.a} - ${e.b};`]}},Xu=class extends mc{constructor({a:e,b:t}){super({a:e,b:t,outKey:`product`,outTypeFunc:Wu}),this.statements=({inputs:e,outputs:t})=>[`${t.product} = ${e.a} * ${e.b};`]}},Zu=e=>new Qu({a:e}),Qu=class extends pc{constructor({a:e}){super({a:e,outTypeFunc:e=>e,outKey:`normalize`}),this.statements=({inputs:e,outputs:t})=>[`${t.normalize} = normalize(${e.a});`]}},$u=(e,{scale:t,scales:n,rotate:r,translate:i})=>new td({position:e,scale:t,scales:n,rotate:r,translate:i}).outputs.position,ed=(e,{scale:t,scales:n,rotate:r})=>new nd({dir:e,scale:t,scales:n,rotate:r}).outputs.dir,td=class extends oc{constructor({position:e,scale:t,scales:n,rotate:r,translate:i}){super({inTypes:{position:`vec3`,scale:`float`,scales:`vec3`,rotate:`vec4`,translate:`vec3`},outTypes:{position:`vec3`},inputs:{position:e,scale:t,scales:n,rotate:r,translate:i},statements:({inputs:e,outputs:t})=>{let{position:n}=t;if(!n)return[];let{scale:r,scales:i,rotate:a,translate:o}=e;return[`${n} = ${e.position??`vec3(0.0, 0.0, 0.0)`};`,r?`${n} *= ${r};`:null,i?`${n} *= ${i};`:null,a?`${n} = quatVec(${a}, ${n});`:null,o?`${n} += ${o};`:null].filter(Boolean)}})}},nd=class extends oc{constructor({dir:e,scale:t,scales:n,rotate:r}){super({inTypes:{dir:`vec3`,scale:`float`,scales:`vec3`,rotate:`vec4`},outTypes:{dir:`vec3`},inputs:{dir:e,scale:t,scales:n,rotate:r},statements:({inputs:e,outputs:t})=>{let{dir:n}=t;if(!n)return[];let{scale:r,scales:i,rotate:a}=e;return[`${n} = ${e.dir??`vec3(0.0, 0.0, 0.0)`};`,r?`${n} *= ${r};`:null,i?`${n} *= ${i};`:null,a?`${n} = quatVec(${a}, ${n});`:null].filter(Boolean)}})}},rd=`precision highp float;
precision highp int;
precision highp sampler2D;
precision highp usampler2D;
precision highp isampler2D;
precision highp sampler2DArray;
precision highp usampler2DArray;
precision highp isampler2DArray;
precision highp sampler3D;
precision highp usampler3D;
precision highp isampler3D;

#include <splatDefines>

uniform uint targetLayer;
uniform int targetBase;
uniform int targetCount;

out uvec4 target;

{{ GLOBALS }}

void produceSplat(int _index) {
    {{ STATEMENTS }}
}

void main() {
    int targetIndex = int(targetLayer << SPLAT_TEX_LAYER_BITS) + int(uint(gl_FragCoord.y) << SPLAT_TEX_WIDTH_BITS) + int(gl_FragCoord.x);
    int index = targetIndex - targetBase;

    target = uvec4(0u, 0u, 0u, 0u);
    if ((index >= 0) && (index < targetCount)) {
        produceSplat(index);
    }
}`,id=`precision highp float;
precision highp int;
precision highp sampler2D;
precision highp usampler2D;
precision highp isampler2D;
precision highp sampler2DArray;
precision highp usampler2DArray;
precision highp isampler2DArray;
precision highp sampler3D;
precision highp usampler3D;
precision highp isampler3D;

#include <splatDefines>

uniform uint targetLayer;
uniform int targetBase;
uniform int targetCount;

layout(location = 0) out uvec4 target;
layout(location = 1) out vec4 target3;

{{ GLOBALS }}

void produceSplat(int _index) {
    {{ STATEMENTS }}
}

void main() {
    int targetIndex = int(targetLayer << SPLAT_TEX_LAYER_BITS) + int(uint(gl_FragCoord.y) << SPLAT_TEX_WIDTH_BITS) + int(gl_FragCoord.x);
    int index = targetIndex - targetBase;

    
    target = uvec4(0u, 0u, 0u, 0u);

    
    target3 = floatToVec4(1.0 / 0.0);

    if ((index >= 0) && (index < targetCount)) {
        produceSplat(index);
    }
}`,ad=`precision highp float;
precision highp int;
precision highp sampler2D;
precision highp usampler2D;
precision highp isampler2D;
precision highp sampler2DArray;
precision highp usampler2DArray;
precision highp isampler2DArray;
precision highp sampler3D;
precision highp usampler3D;
precision highp isampler3D;

#include <splatDefines>

uniform uint targetLayer;
uniform int targetBase;
uniform int targetCount;

layout(location = 0) out uvec4 target;
layout(location = 1) out uvec4 target2;
layout(location = 2) out vec4 target3;

{{ GLOBALS }}

void produceSplat(int _index) {
    {{ STATEMENTS }}
}

void main() {
    int targetIndex = int(targetLayer << SPLAT_TEX_LAYER_BITS) + int(uint(gl_FragCoord.y) << SPLAT_TEX_WIDTH_BITS) + int(gl_FragCoord.x);
    int index = targetIndex - targetBase;

    
    target = uvec4(0u, 0u, 0u, 0u);
    target2 = uvec4(0u, 0u, 0u, 0u);

    
    target3 = floatToVec4(1.0 / 0.0);

    if ((index >= 0) && (index < targetCount)) {
        produceSplat(index);
    }
}`,od=`precision highp float;
precision highp int;
precision highp sampler2D;
precision highp usampler2D;
precision highp isampler2D;
precision highp sampler2DArray;
precision highp usampler2DArray;
precision highp isampler2DArray;
precision highp sampler3D;
precision highp usampler3D;
precision highp isampler3D;

#include <splatDefines>

uniform uint targetLayer;
uniform int targetBase;
uniform int targetCount;

out vec4 target;

{{ GLOBALS }}

void computeReadback(int _index) {
    {{ STATEMENTS }}
}

void main() {
    int targetIndex = int(targetLayer << SPLAT_TEX_LAYER_BITS) + int(uint(gl_FragCoord.y) << SPLAT_TEX_WIDTH_BITS) + int(gl_FragCoord.x);
    int index = targetIndex - targetBase;

    if ((index >= 0) && (index < targetCount)) {
        computeReadback(index);
    } else {
        target = vec4(0.0, 0.0, 0.0, 0.0);
    }
}`,sd=`const float LN_SCALE_MIN = -12.0;
const float LN_SCALE_MAX = 9.0;

const uint SPLAT_TEX_WIDTH_BITS = 11u;
const uint SPLAT_TEX_HEIGHT_BITS = 11u;
const uint SPLAT_TEX_DEPTH_BITS = 11u;
const uint SPLAT_TEX_LAYER_BITS = SPLAT_TEX_WIDTH_BITS + SPLAT_TEX_HEIGHT_BITS;

const uint SPLAT_TEX_WIDTH = 1u << SPLAT_TEX_WIDTH_BITS;
const uint SPLAT_TEX_HEIGHT = 1u << SPLAT_TEX_HEIGHT_BITS;
const uint SPLAT_TEX_DEPTH = 1u << SPLAT_TEX_DEPTH_BITS;

const uint SPLAT_TEX_WIDTH_MASK = SPLAT_TEX_WIDTH - 1u;
const uint SPLAT_TEX_HEIGHT_MASK = SPLAT_TEX_HEIGHT - 1u;
const uint SPLAT_TEX_DEPTH_MASK = SPLAT_TEX_DEPTH - 1u;

const uint F16_INF = 0x7c00u;
const float PI = 3.1415926535897932384626433832795;

const float INFINITY = 1.0 / 0.0;
const float NEG_INFINITY = -INFINITY;

float sqr(float x) {
    return x * x;
}

float pow4(float x) {
    float x2 = x * x;
    return x2 * x2;
}

float pow8(float x) {
    float x4 = pow4(x);
    return x4 * x4;
}

vec3 srgbToLinear(vec3 rgb) {
    return pow(rgb, vec3(2.2));
}

vec3 linearToSrgb(vec3 rgb) {
    return pow(rgb, vec3(1.0 / 2.2));
}

uint encodeQuatOctXy88R8(vec4 q) {
    
    if (q.w < 0.0) {
        q = -q;
    }
    
    float theta = 2.0 * acos(q.w);
    float halfTheta = theta * 0.5;
    float s = sin(halfTheta);
    
    vec3 axis = (abs(s) < 1e-6) ? vec3(1.0, 0.0, 0.0) : q.xyz / s;
    
    
    
    float sum = abs(axis.x) + abs(axis.y) + abs(axis.z);
    vec2 p = vec2(axis.x, axis.y) / sum;
    
    if (axis.z < 0.0) {
        float oldPx = p.x;
        p.x = (1.0 - abs(p.y)) * (p.x >= 0.0 ? 1.0 : -1.0);
        p.y = (1.0 - abs(oldPx)) * (p.y >= 0.0 ? 1.0 : -1.0);
    }
    
    float u_f = p.x * 0.5 + 0.5;
    float v_f = p.y * 0.5 + 0.5;
    
    uint quantU = uint(clamp(round(u_f * 255.0), 0.0, 255.0));
    uint quantV = uint(clamp(round(v_f * 255.0), 0.0, 255.0));
    
    
    
    uint angleInt = uint(clamp(round((theta / 3.14159265359) * 255.0), 0.0, 255.0));
    
    
    return (angleInt << 16u) | (quantV << 8u) | quantU;
}

vec4 decodeQuatOctXy88R8(uint encoded) {
    
    uint quantU = encoded & uint(0xFFu);               
    uint quantV = (encoded >> 8u) & uint(0xFFu);         
    uint angleInt = encoded >> 16u;                      

    
    float u_f = float(quantU) / 255.0;
    float v_f = float(quantV) / 255.0;
    vec2 f = vec2(u_f * 2.0 - 1.0, v_f * 2.0 - 1.0);

    vec3 axis = vec3(f.xy, 1.0 - abs(f.x) - abs(f.y));
    float t = max(-axis.z, 0.0);
    axis.x += (axis.x >= 0.0) ? -t : t;
    axis.y += (axis.y >= 0.0) ? -t : t;
    axis = normalize(axis);
    
    
    float theta = (float(angleInt) / 255.0) * 3.14159265359;
    float halfTheta = theta * 0.5;
    float s = sin(halfTheta);
    float w = cos(halfTheta);
    
    return vec4(axis * s, w);
}

uint encodeQuatOctXy1010R12(vec4 q) {
    
    if (q.w < 0.0) {
        q = -q;
    }
    
    float halfTheta = acos(q.w);
    float theta = 2.0 * halfTheta;
    float s = sin(halfTheta);
    
    vec3 axis = (abs(s) < 1e-6) ? vec3(1.0, 0.0, 0.0) : q.xyz / s;
    
    
    
    float sum = abs(axis.x) + abs(axis.y) + abs(axis.z);
    vec2 p = vec2(axis.x, axis.y) / sum;
    
    if (axis.z < 0.0) {
        float oldPx = p.x;
        p.x = (1.0 - abs(p.y)) * (p.x >= 0.0 ? 1.0 : -1.0);
        p.y = (1.0 - abs(oldPx)) * (p.y >= 0.0 ? 1.0 : -1.0);
    }
    
    float u_f = p.x * 0.5 + 0.5;
    float v_f = p.y * 0.5 + 0.5;
    
    uint quantU = uint(clamp(round(u_f * 1023.0), 0.0, 1023.0));
    uint quantV = uint(clamp(round(v_f * 1023.0), 0.0, 1023.0));
    
    
    
    uint angleInt = uint(clamp(round((theta / PI) * 4095.0), 0.0, 4095.0));
    
    
    return (angleInt << 20u) | (quantV << 10u) | quantU;
}

vec4 decodeQuatOctXy1010R12(uint encoded) {
    
    uint quantU = encoded & uint(0x3FFu);               
    uint quantV = (encoded >> 10u) & uint(0x3FFu);         
    uint angleInt = encoded >> 20u;                      

    
    float u_f = float(quantU) / 1023.0;
    float v_f = float(quantV) / 1023.0;
    vec2 f = vec2(u_f * 2.0 - 1.0, v_f * 2.0 - 1.0);

    vec3 axis = vec3(f.xy, 1.0 - abs(f.x) - abs(f.y));
    float t = max(-axis.z, 0.0);
    axis.x += (axis.x >= 0.0) ? -t : t;
    axis.y += (axis.y >= 0.0) ? -t : t;
    axis = normalize(axis);
    
    
    float theta = (float(angleInt) / 4095.0) * PI;
    float halfTheta = theta * 0.5;
    float s = sin(halfTheta);
    float w = cos(halfTheta);
    
    return vec4(axis * s, w);
}

uvec4 packSplatEncoding(
    vec3 center, vec3 scales, vec4 quaternion, vec4 rgba, vec4 rgbMinMaxLnScaleMinMax
) {
    float rgbMin = rgbMinMaxLnScaleMinMax.x;
    float rgbMax = rgbMinMaxLnScaleMinMax.y;
    vec3 encRgb = (rgba.rgb - vec3(rgbMin)) / (rgbMax - rgbMin);
    uvec4 uRgba = uvec4(round(clamp(vec4(encRgb, rgba.a) * 255.0, 0.0, 255.0)));

    uint uQuat = encodeQuatOctXy88R8(quaternion);
    
    
    uvec3 uQuat3 = uvec3(uQuat & 0xffu, (uQuat >> 8u) & 0xffu, (uQuat >> 16u) & 0xffu);

    
    float lnScaleMin = rgbMinMaxLnScaleMinMax.z;
    float lnScaleMax = rgbMinMaxLnScaleMinMax.w;
    float lnScaleScale = 254.0 / (lnScaleMax - lnScaleMin);
    uvec3 uScales = uvec3(
        (scales.x == 0.0) ? 0u : uint(round(clamp((log(scales.x) - lnScaleMin) * lnScaleScale, 0.0, 254.0))) + 1u,
        (scales.y == 0.0) ? 0u : uint(round(clamp((log(scales.y) - lnScaleMin) * lnScaleScale, 0.0, 254.0))) + 1u,
        (scales.z == 0.0) ? 0u : uint(round(clamp((log(scales.z) - lnScaleMin) * lnScaleScale, 0.0, 254.0))) + 1u
    );

    
    uint word0 = uRgba.r | (uRgba.g << 8u) | (uRgba.b << 16u) | (uRgba.a << 24u);
    uint word1 = packHalf2x16(center.xy);
    uint word2 = packHalf2x16(vec2(center.z, 0.0)) | (uQuat3.x << 16u) | (uQuat3.y << 24u);
    uint word3 = uScales.x | (uScales.y << 8u) | (uScales.z << 16u) | (uQuat3.z << 24u);
    return uvec4(word0, word1, word2, word3);
}

uvec4 packSplat(vec3 center, vec3 scales, vec4 quaternion, vec4 rgba) {
    return packSplatEncoding(center, scales, quaternion, rgba, vec4(0.0, 1.0, LN_SCALE_MIN, LN_SCALE_MAX));
}

void unpackSplatEncoding(uvec4 packedData, out vec3 center, out vec3 scales, out vec4 quaternion, out vec4 rgba, vec4 rgbMinMaxLnScaleMinMax) {
    uint word0 = packedData.x, word1 = packedData.y, word2 = packedData.z, word3 = packedData.w;

    uvec4 uRgba = uvec4(word0 & 0xffu, (word0 >> 8u) & 0xffu, (word0 >> 16u) & 0xffu, (word0 >> 24u) & 0xffu);
    float rgbMin = rgbMinMaxLnScaleMinMax.x;
    float rgbMax = rgbMinMaxLnScaleMinMax.y;
    rgba = (vec4(uRgba) / 255.0);
    rgba.rgb = rgba.rgb * (rgbMax - rgbMin) + rgbMin;

    center = vec4(
        unpackHalf2x16(word1),
        unpackHalf2x16(word2 & 0xffffu)
    ).xyz;

    uvec3 uScales = uvec3(word3 & 0xffu, (word3 >> 8u) & 0xffu, (word3 >> 16u) & 0xffu);
    float lnScaleMin = rgbMinMaxLnScaleMinMax.z;
    float lnScaleMax = rgbMinMaxLnScaleMinMax.w;
    float lnScaleScale = (lnScaleMax - lnScaleMin) / 254.0;
    scales = vec3(
        (uScales.x == 0u) ? 0.0 : exp(lnScaleMin + float(uScales.x - 1u) * lnScaleScale),
        (uScales.y == 0u) ? 0.0 : exp(lnScaleMin + float(uScales.y - 1u) * lnScaleScale),
        (uScales.z == 0u) ? 0.0 : exp(lnScaleMin + float(uScales.z - 1u) * lnScaleScale)
    );

    uint uQuat = ((word2 >> 16u) & 0xFFFFu) | ((word3 >> 8u) & 0xFF0000u);
    quaternion = decodeQuatOctXy88R8(uQuat);
    
    
}

void unpackSplat(uvec4 packedData, out vec3 center, out vec3 scales, out vec4 quaternion, out vec4 rgba) {
    unpackSplatEncoding(packedData, center, scales, quaternion, rgba, vec4(0.0, 1.0, LN_SCALE_MIN, LN_SCALE_MAX));
}

uvec4 packSplatCovEncoding(
    vec3 center, vec4 rgba, vec3 xxyyzz, vec3 xyxzyz, vec4 rgbMinMaxLnScaleMinMax
) {
    float rgbMin = rgbMinMaxLnScaleMinMax.x;
    float rgbMax = rgbMinMaxLnScaleMinMax.y;
    vec3 encRgb = (rgba.rgb - vec3(rgbMin)) / (rgbMax - rgbMin);
    uvec4 uRgba = uvec4(round(clamp(vec4(encRgb, rgba.a) * 255.0, 0.0, 255.0)));

    float lnScaleMin = rgbMinMaxLnScaleMinMax.z;
    float lnScaleMax = rgbMinMaxLnScaleMinMax.w;
    float diagScale = 255.0 / (2.0 * (lnScaleMax - lnScaleMin));
    uvec3 uXxyyzz = uvec3(round(clamp((log(xxyyzz) - 2.0 * lnScaleMin) * diagScale, 0.0, 255.0)));

    vec3 xyxzyzCor = vec3(
        clamp(xyxzyz.x / sqrt(xxyyzz.x * xxyyzz.y), -1.0, 1.0),
        clamp(xyxzyz.y / sqrt(xxyyzz.x * xxyyzz.z), -1.0, 1.0),
        clamp(xyxzyz.z / sqrt(xxyyzz.y * xxyyzz.z), -1.0, 1.0)
    );
    ivec3 iXyxzyzCor = ivec3(round(xyxzyzCor * 127.0));

    
    uint word0 = uRgba.r | (uRgba.g << 8u) | (uRgba.b << 16u) | (uRgba.a << 24u);
    uint word1 = packHalf2x16(center.xy);
    uint word2 = packHalf2x16(vec2(center.z, 0.0)) |
        ((uint(iXyxzyzCor.y) & 0xffu) << 16u) |
        ((uint(iXyxzyzCor.z) & 0xffu) << 24u);
    uint word3 =
        uXxyyzz.x | (uXxyyzz.y << 8u) | (uXxyyzz.z << 16u) |
        ((uint(iXyxzyzCor.x) & 0xffu) << 24u);
    return uvec4(word0, word1, word2, word3);
}

void unpackSplatCovEncoding(uvec4 packedData, out vec3 center, out vec4 rgba, out vec3 xxyyzz, out vec3 xyxzyz, vec4 rgbMinMaxLnScaleMinMax) {
    uint word0 = packedData.x, word1 = packedData.y, word2 = packedData.z, word3 = packedData.w;

    uvec4 uRgba = uvec4(word0 & 0xffu, (word0 >> 8u) & 0xffu, (word0 >> 16u) & 0xffu, (word0 >> 24u) & 0xffu);
    float rgbMin = rgbMinMaxLnScaleMinMax.x;
    float rgbMax = rgbMinMaxLnScaleMinMax.y;
    rgba = (vec4(uRgba) / 255.0);
    rgba.rgb = rgba.rgb * (rgbMax - rgbMin) + rgbMin;

    center = vec3(
        unpackHalf2x16(word1),
        unpackHalf2x16(word2 & 0xffffu).x
    );

    uvec3 uXxyyzz = uvec3(word3 & 0xffu, (word3 >> 8u) & 0xffu, (word3 >> 16u) & 0xffu);
    ivec3 iXyxzyzCor = ivec3(int(word3) >> 24, int(word2 << 8u) >> 24, int(word2) >> 24);

    float lnScaleMin = rgbMinMaxLnScaleMinMax.z;
    float lnScaleMax = rgbMinMaxLnScaleMinMax.w;
    float diagScale = 2.0 * (lnScaleMax - lnScaleMin) / 255.0;
    xxyyzz = exp(2.0 * lnScaleMin + vec3(uXxyyzz) * diagScale);

    vec3 xyxzyzCor = vec3(iXyxzyzCor) / 127.0;
    xyxzyz = xyxzyzCor * vec3(
        sqrt(xxyyzz.x * xxyyzz.y),
        sqrt(xxyyzz.x * xxyyzz.z),
        sqrt(xxyyzz.y * xxyyzz.z)
    );
}

void packSplatExtCov(
    out uvec4 packedData, out uvec4 packedData2,
    vec3 center, vec4 rgba, vec3 xxyyzz, vec3 xyxzyz
) {
    packedData.x = floatBitsToUint(center.x);
    packedData.y = floatBitsToUint(center.y);
    packedData.z = floatBitsToUint(center.z);
    packedData.w = packHalf2x16(vec2(rgba.a, rgba.b));
    packedData2.x = packHalf2x16(rgba.rg);

    vec3 xyxzyzCor = vec3(
        clamp(xyxzyz.x / sqrt(xxyyzz.x * xxyyzz.y), -1.0, 1.0),
        clamp(xyxzyz.y / sqrt(xxyyzz.x * xxyyzz.z), -1.0, 1.0),
        clamp(xyxzyz.z / sqrt(xxyyzz.y * xxyyzz.z), -1.0, 1.0)
    );
    xyxzyzCor = sign(xyxzyzCor) * clamp(log(abs(xyxzyzCor)), -100.0, -0.0000001);
    xxyyzz = log(xxyyzz);

    packedData2.y = packHalf2x16(vec2(xxyyzz.x, xxyyzz.y));
    packedData2.z = packHalf2x16(vec2(xxyyzz.z, xyxzyzCor.x));
    packedData2.w = packHalf2x16(vec2(xyxzyzCor.y, xyxzyzCor.z));
}

void unpackSplatExtCov(
    uvec4 packedData, uvec4 packedData2,
    out vec3 center, out vec4 rgba, out vec3 xxyyzz, out vec3 xyxzyz
) {
    center.x = uintBitsToFloat(packedData.x);
    center.y = uintBitsToFloat(packedData.y);
    center.z = uintBitsToFloat(packedData.z);

    vec2 ab = unpackHalf2x16(packedData.w);
    vec2 rg = unpackHalf2x16(packedData2.x);
    rgba = vec4(rg, ab.y, ab.x);

    vec2 xxyy = unpackHalf2x16(packedData2.y);
    vec2 zzxy = unpackHalf2x16(packedData2.z);
    vec2 xzyz = unpackHalf2x16(packedData2.w);
    xxyyzz = exp(vec3(xxyy.x, xxyy.y, zzxy.x));
    xyxzyz = vec3(zzxy.y, xzyz.x, xzyz.y);
    xyxzyz = -sign(xyxzyz) * exp(-abs(xyxzyz));
    xyxzyz *= vec3(
        sqrt(xxyyzz.x * xxyyzz.y),
        sqrt(xxyyzz.x * xxyyzz.z),
        sqrt(xxyyzz.y * xxyyzz.z)
    );
}

void packSplatExt(
    out uvec4 packedData, out uvec4 packedData2,
    vec3 center, vec3 scales, vec4 quaternion, vec4 rgba
) {
    packedData.x = floatBitsToUint(center.x);
    packedData.y = floatBitsToUint(center.y);
    packedData.z = floatBitsToUint(center.z);
    packedData.w = packHalf2x16(vec2(rgba.a, 0.0));

    packedData2.x = packHalf2x16(rgba.rg);
    packedData2.y = packHalf2x16(vec2(rgba.b, log(scales.x)));
    packedData2.z = packHalf2x16(log(scales.yz));
    packedData2.w = encodeQuatOctXy1010R12(quaternion);
}

vec4 unpackSplatExtCenterAlpha(uvec4 packedData) {
    return vec4(
        uintBitsToFloat(packedData.x),
        uintBitsToFloat(packedData.y),
        uintBitsToFloat(packedData.z),
        unpackHalf2x16(packedData.w).x
    );
}

float unpackSplatExtAlpha(uvec4 packedData) {
    return unpackHalf2x16(packedData.w).x;
}

void unpackSplatExt(
    uvec4 packedData, uvec4 packedData2,
    out vec3 center, out vec3 scales, out vec4 quaternion, out vec4 rgba
) {
    center.x = uintBitsToFloat(packedData.x);
    center.y = uintBitsToFloat(packedData.y);
    center.z = uintBitsToFloat(packedData.z);
    rgba.a = unpackHalf2x16(packedData.w).x;

    rgba.rg = unpackHalf2x16(packedData2.x);
    vec2 split = unpackHalf2x16(packedData2.y);
    rgba.b = split.x;
    scales.x = exp(split.y);
    scales.yz = exp(unpackHalf2x16(packedData2.z));
    quaternion = decodeQuatOctXy1010R12(packedData2.w);
}

uint encodeExtRgb(vec3 rgb) {
    vec3 absRgb = abs(rgb);
    float maxAbs = max(absRgb.r, max(absRgb.g, absRgb.b));

    int base = clamp(int(floor(log2(maxAbs))) + 15, 0, 31);
    float divisor = exp2(float(base - 15)) / 255.0;

    uvec3 uRgb = uvec3(round(clamp(absRgb / divisor, 0.0, 255.0)));
    uint expSigns = (uint(base) << 3u) | ((rgb.r < 0.0 ? 0x1u : 0u) | (rgb.g < 0.0 ? 0x2u : 0u) | (rgb.b < 0.0 ? 0x4u : 0u));
    return uRgb.r | (uRgb.g << 8u) | (uRgb.b << 16u) | (expSigns << 24u);
}

vec3 decodeExtRgb(uint encoded) {
    uint biasedBase = (encoded >> 27u) & 0x1fu;
    float divisor = exp2(float(int(biasedBase) - 15)) / 255.0;

    vec3 rgb = vec3(uvec3(encoded & 0xffu, (encoded >> 8u) & 0xffu, (encoded >> 16u) & 0xffu));
    rgb *= divisor;

    return vec3(
        ((encoded & 0x1000000u) != 0u) ? -rgb.r : rgb.r,
        ((encoded & 0x2000000u) != 0u) ? -rgb.g : rgb.g,
        ((encoded & 0x4000000u) != 0u) ? -rgb.b : rgb.b
    );
}

vec3 quatVec(vec4 q, vec3 v) {
    
    vec3 t = 2.0 * cross(q.xyz, v);
    return v + q.w * t + cross(q.xyz, t);
}

vec4 quatQuat(vec4 q1, vec4 q2) {
    return vec4(
        q1.w * q2.x + q1.x * q2.w + q1.y * q2.z - q1.z * q2.y,
        q1.w * q2.y - q1.x * q2.z + q1.y * q2.w + q1.z * q2.x,
        q1.w * q2.z + q1.x * q2.y - q1.y * q2.x + q1.z * q2.w,
        q1.w * q2.w - q1.x * q2.x - q1.y * q2.y - q1.z * q2.z
    );
}

mat3 quaternionToMatrix(vec4 q) {
    return mat3(
        (1.0 - 2.0 * (q.y * q.y + q.z * q.z)),
        (2.0 * (q.x * q.y + q.w * q.z)),
        (2.0 * (q.x * q.z - q.w * q.y)),
        (2.0 * (q.x * q.y - q.w * q.z)),
        (1.0 - 2.0 * (q.x * q.x + q.z * q.z)),
        (2.0 * (q.y * q.z + q.w * q.x)),
        (2.0 * (q.x * q.z + q.w * q.y)),
        (2.0 * (q.y * q.z - q.w * q.x)),
        (1.0 - 2.0 * (q.x * q.x + q.y * q.y))
    );
}

mat3 scaleQuaternionToMatrix(vec3 s, vec4 q) {
    
    return mat3(
        s.x * (1.0 - 2.0 * (q.y * q.y + q.z * q.z)),
        s.x * (2.0 * (q.x * q.y + q.w * q.z)),
        s.x * (2.0 * (q.x * q.z - q.w * q.y)),
        s.y * (2.0 * (q.x * q.y - q.w * q.z)),
        s.y * (1.0 - 2.0 * (q.x * q.x + q.z * q.z)),
        s.y * (2.0 * (q.y * q.z + q.w * q.x)),
        s.z * (2.0 * (q.x * q.z + q.w * q.y)),
        s.z * (2.0 * (q.y * q.z - q.w * q.x)),
        s.z * (1.0 - 2.0 * (q.x * q.x + q.y * q.y))
    );
}

vec4 slerp(vec4 q1, vec4 q2, float t) {
    
    float cosHalfTheta = dot(q1, q2);

    
    if (abs(cosHalfTheta) >= 0.999) {
        return q1;
    }
    
    
    
    if (cosHalfTheta < 0.0) {
        q2 = -q2;
        cosHalfTheta = -cosHalfTheta;
    }

    
    float halfTheta = acos(cosHalfTheta);
    float sinHalfTheta = sqrt(1.0 - cosHalfTheta * cosHalfTheta);

    
    float ratioA = sin((1.0 - t) * halfTheta) / sinHalfTheta;
    float ratioB = sin(t * halfTheta) / sinHalfTheta;

    
    return q1 * ratioA + q2 * ratioB;
}

ivec3 splatTexCoord(int index) {
    uint x = uint(index) & SPLAT_TEX_WIDTH_MASK;
    uint y = (uint(index) >> SPLAT_TEX_WIDTH_BITS) & SPLAT_TEX_HEIGHT_MASK;
    uint z = uint(index) >> SPLAT_TEX_LAYER_BITS;
    return ivec3(x, y, z);
}

ivec3 pagedSplatTexCoord(int index) {
    return ivec3(index & 255, (index >> 8) & 255, index >> 16);
}

vec4 uintToVec4(uint u32) {
    uvec4 bytes = uvec4(
        u32 & 0xFFu,
        (u32 >> 8u) & 0xFFu,
        (u32 >> 16u) & 0xFFu,
        (u32 >> 24u) & 0xFFu
    );
    return vec4(bytes) / 255.0;
}

vec4 floatToVec4(float f) {
    uint u32 = floatBitsToUint(f);
    return uintToVec4(u32);
}

vec3 debugColorHue(uint i) {
    
    float hue = fract(float(i) * 0.61803398875);
    
    vec3 rgb = clamp(abs(mod(hue*6.0 + vec3(0.0,4.0,2.0), 6.0) - 3.0) - 1.0, 0.0, 1.0);
    return mix(vec3(1.0), rgb, 0.85); 
}`,cd=`precision highp float;
precision highp int;

#include <splatDefines>

uniform float near;
uniform float far;
uniform bool encodeLinear;
uniform float time;
uniform bool debugFlag;
uniform float maxStdDev;
uniform float minAlpha;
uniform bool disableFalloff;
uniform float falloff;

out vec4 fragColor;

in vec4 vRgba;
in vec2 vSplatUv;
in vec3 vNdc;
flat in uint vSplatIndex;
flat in float adjustedStdDev;

#include <logdepthbuf_pars_fragment>

void main() {
    vec4 rgba = vRgba;

    float z2 = dot(vSplatUv, vSplatUv);
    if (z2 > (adjustedStdDev * adjustedStdDev)) {
        discard;
    }

    if (false) {
    
        float a = rgba.a;
        float shifted = sqrt(z2) - max(0.0, a - 1.0);
        float exponent = -0.5 * max(1.0, a) * sqr(max(0.0, shifted));
        float min1a = min(1.0, a);
        rgba.a = mix(min1a, min1a * exp(exponent), falloff);
    } else {
        
        if (rgba.a <= 1.0) {
            rgba.a = mix(rgba.a, rgba.a * exp(-0.5 * z2), falloff);
        } else {
            float a = exp((rgba.a*rgba.a - 1.0) / 2.718281828459045);
            float alpha = 1.0 - pow(1.0 - exp(-0.5 * z2), a);
            rgba.a = mix(1.0, alpha, falloff);
        }
    }

    if (rgba.a < minAlpha) {
        discard;
    }
    if (encodeLinear) {
        rgba.rgb = srgbToLinear(rgba.rgb);
    }

    #ifdef PREMULTIPLIED_ALPHA
        fragColor = vec4(rgba.rgb * rgba.a, rgba.a);
    #else
        fragColor = rgba;
    #endif

    #include <logdepthbuf_fragment>
}`,ld=`precision highp float;
precision highp int;
precision highp usampler2DArray;

#include <splatDefines>

out vec4 vRgba;
out vec2 vSplatUv;
out vec3 vNdc;
flat out uint vSplatIndex;
flat out float adjustedStdDev;

uniform vec2 renderSize;
uniform vec4 renderToViewQuat;
uniform vec3 renderToViewPos;
uniform mat3 renderToViewBasis;
uniform float maxStdDev;
uniform float minPixelRadius;
uniform float maxPixelRadius;
uniform bool enableExtSplats;
uniform bool enableCovSplats;
uniform float time;
uniform float deltaTime;
uniform bool debugFlag;
uniform float minAlpha;
uniform bool enable2DGS;
uniform bool lodInflate;
uniform float blurAmount;
uniform float preBlurAmount;
uniform float focalDistance;
uniform float apertureAngle;
uniform float clipXY;
uniform float focalAdjustment;

uniform usampler2D ordering;
uniform usampler2DArray extSplats;
uniform usampler2DArray extSplats2;

bool isPerspectiveMatrix( mat4 m ) {
    return m[ 2 ][ 3 ] == -1.0;
}

#include <logdepthbuf_pars_vertex>

void main() {
    
    gl_Position = vec4(0.0, 0.0, 2.0, 1.0);

    ivec2 orderingCoord = ivec2((gl_InstanceID >> 2) & 4095, gl_InstanceID >> 14);
    uint splatIndex = texelFetch(ordering, orderingCoord, 0)[gl_InstanceID & 3];
    if (splatIndex == 0xffffffffu) {
        
        return;
    }

    ivec3 texCoord = splatTexCoord(int(splatIndex));
    vec3 center, scales, xxyyzz, xyxzyz;
    vec4 quaternion, rgba;
    mat3 cov3D;
    bvec3 zeroScales = bvec3(false);

    if (enableExtSplats) {
        uvec4 ext1 = texelFetch(extSplats, texCoord, 0);
        float alpha = unpackSplatExtAlpha(ext1);
        if ((alpha == 0.0) || (alpha < minAlpha)) {
            return;
        }
        uvec4 ext2 = texelFetch(extSplats2, texCoord, 0);

        if (!enableCovSplats) {
            unpackSplatExt(ext1, ext2, center, scales, quaternion, rgba);
            zeroScales = equal(scales, vec3(0.0));
            if (all(zeroScales)) {
                return;
            }
        } else {
            unpackSplatExtCov(ext1, ext2, center, rgba, xxyyzz, xyxzyz);
            if (all(equal(xxyyzz, vec3(0.0))) && all(equal(xyxzyz, vec3(0.0)))) {
                return;
            }
        }
    } else {
        uvec4 packedData = texelFetch(extSplats, texCoord, 0);
        if (!enableCovSplats) {
            unpackSplatEncoding(packedData, center, scales, quaternion, rgba, vec4(0.0, 1.0, LN_SCALE_MIN, LN_SCALE_MAX));
            zeroScales = equal(scales, vec3(0.0));
            if (all(zeroScales)) {
                return;
            }
        } else {
            unpackSplatCovEncoding(packedData, center, rgba, xxyyzz, xyxzyz, vec4(0.0, 1.0, LN_SCALE_MIN, LN_SCALE_MAX));
            if (all(equal(xxyyzz, vec3(0.0))) && all(equal(xyxzyz, vec3(0.0)))) {
                return;
            }
        }

        rgba.a *= 2.0;
        if ((rgba.a == 0.0) || (rgba.a < minAlpha)) {
            return;
        }
    }

    
    
    rgba.rgb = max(rgba.rgb, vec3(0.0));

    adjustedStdDev = maxStdDev;
    if (rgba.a > 1.0) {
        
        rgba.a = min(rgba.a * 4.0 - 3.0, 5.0);

        if (lodInflate) {
            
            float opacity = exp((rgba.a * rgba.a - 1.0) / 2.718281828459045);
            float rescale = pow(opacity, 1.0 / 3.0);
            scales *= rescale;
            rgba.a = 1.0;
        }

        
        adjustedStdDev = maxStdDev + 0.7 * (rgba.a - 1.0);
    }

    
    vec3 viewCenter = (!enableCovSplats ? quatVec(renderToViewQuat, center) : (renderToViewBasis * center)) + renderToViewPos;

    
    if (viewCenter.z >= 0.0) {
        return;
    }

    
    vec4 clipCenter = projectionMatrix * vec4(viewCenter, 1.0);

    
    if (abs(clipCenter.z) >= clipCenter.w) {
        return;
    }

    
    float clip = clipXY * clipCenter.w;
    if (abs(clipCenter.x) > clip || abs(clipCenter.y) > clip) {
        return;
    }

    vRgba = rgba;
    vSplatUv = position.xy * adjustedStdDev;

    
    vSplatIndex = splatIndex;

    if (!enableCovSplats) {
        
        vec4 viewQuaternion = quatQuat(renderToViewQuat, quaternion);

        if (enable2DGS && any(zeroScales)) {
            vec3 offset;
            if (zeroScales.z) {
                offset = vec3(vSplatUv.xy * scales.xy, 0.0);
            } else if (zeroScales.y) {
                offset = vec3(vSplatUv.x * scales.x, 0.0, vSplatUv.y * scales.z);
            } else {
                offset = vec3(0.0, vSplatUv.xy * scales.yz);
            }

            vec3 viewPos = viewCenter + quatVec(viewQuaternion, offset);
            gl_Position = projectionMatrix * vec4(viewPos, 1.0);
            vNdc = gl_Position.xyz / gl_Position.w;

            #include <logdepthbuf_vertex>
            return;
        }

        
        mat3 RS = scaleQuaternionToMatrix(scales, viewQuaternion);
        cov3D = RS * transpose(RS);
    } else {
        cov3D = mat3(
            xxyyzz.x, xyxzyz.x, xyxzyz.y,
            xyxzyz.x, xxyyzz.y, xyxzyz.z,
            xyxzyz.y, xyxzyz.z, xxyyzz.z
        );
        cov3D = renderToViewBasis * cov3D * transpose(renderToViewBasis);
    }

    
    vec2 scaledRenderSize = renderSize * focalAdjustment;
    vec2 focal = 0.5 * scaledRenderSize * vec2(projectionMatrix[0][0], projectionMatrix[1][1]);

    mat3 J;
    if (isOrthographic) {
        J = mat3(
            focal.x, 0.0, 0.0,
            0.0, focal.y, 0.0,
            0.0, 0.0, 0.0
        );
    } else {
        float invZ = 1.0 / viewCenter.z;
        vec2 J1 = focal * invZ;
        vec2 J2 = -(J1 * viewCenter.xy) * invZ;
        J = mat3(
            J1.x, 0.0, J2.x,
            0.0, J1.y, J2.y,
            0.0, 0.0, 0.0
        );
    }

    
    
    mat3 cov2D = transpose(J) * cov3D * J;
    float a = cov2D[0][0];
    float d = cov2D[1][1];
    float b = cov2D[0][1];

    
    a += preBlurAmount;
    d += preBlurAmount;

    float fullBlurAmount = blurAmount;
    if ((focalDistance > 0.0) && (apertureAngle > 0.0)) {
        float focusRadius = maxPixelRadius;
        if (viewCenter.z < 0.0) {
            float focusBlur = abs((-viewCenter.z - focalDistance) / viewCenter.z);
            float apertureRadius = focal.x * tan(0.5 * apertureAngle);
            focusRadius = focusBlur * apertureRadius;
        }
        fullBlurAmount = clamp(sqr(focusRadius), blurAmount, sqr(maxPixelRadius));
    }

    
    float detOrig = a * d - b * b;
    a += fullBlurAmount;
    d += fullBlurAmount;
    float det = a * d - b * b;

    
    float blurAdjust = sqrt(max(0.0, detOrig / det));
    rgba.a *= blurAdjust;
    if (rgba.a < minAlpha) {
        return;
    }
    vRgba.a = rgba.a;

    
    float eigenAvg = 0.5 * (a + d);
    float eigenDelta = sqrt(max(0.0, eigenAvg * eigenAvg - det));
    float eigen1 = eigenAvg + eigenDelta;
    float eigen2 = eigenAvg - eigenDelta;

    vec2 eigenVec1 = (abs(b) > 0.001) ? normalize(vec2(b, eigen1 - a))
        : ((a >= d) ? vec2(1.0, 0.0) : vec2(0.0, 1.0));
    vec2 eigenVec2 = vec2(eigenVec1.y, -eigenVec1.x);

    float scale1 = min(maxPixelRadius, adjustedStdDev * sqrt(eigen1));
    float scale2 = min(maxPixelRadius, adjustedStdDev * sqrt(eigen2));
    if (scale1 < minPixelRadius && scale2 < minPixelRadius) {
        return;
    }

    
    vec2 pixelOffset = position.x * eigenVec1 * scale1 + position.y * eigenVec2 * scale2;
    vec2 ndcOffset = (2.0 / scaledRenderSize) * pixelOffset;

    
    vec3 ndcCenter = clipCenter.xyz / clipCenter.w;
    vec3 ndc = vec3(ndcCenter.xy + ndcOffset, ndcCenter.z);

    vNdc = ndc;
    gl_Position = vec4(ndc.xy * clipCenter.w, clipCenter.zw);

    #include <logdepthbuf_vertex>
}`,ud=null;function dd(){return ud||=(Y.splatDefines=sd,{splatVertex:ld,splatFragment:cd,computeVec4Template:od,computeUvec4Vec4Template:id,computeUvec4x2Vec4Template:ad,computeUvec4Template:rd}),ud}var fd=class e{constructor({renderer:e}={}){this.renderer=e,this.capacity=0,this.count=0}dispose(){this.target&&=(this.target.dispose(),void 0)}static ensureBuffer(e,t){let n=Math.ceil(Math.max(1,e)/Z)*Z*4;if(t.byteLength>=n)return t;let r=new ArrayBuffer(n);if(t instanceof ArrayBuffer)return r;let i=t.constructor;return new i(r)}ensureBuffer(t,n){return e.ensureBuffer(t,n)}ensureCapacity(e){let{width:t,height:n,depth:r,maxSplats:i}=Cu(e);(!this.target||i>this.capacity)&&(this.dispose(),this.capacity=i,this.target=new Be(t,n,r,{depthBuffer:!1,stencilBuffer:!1,generateMipmaps:!1,magFilter:a,minFilter:a}),this.target.texture.format=g,this.target.texture.type=c,this.target.texture.internalFormat=`RGBA8`,this.target.scissorTest=!0)}prepareProgramMaterial(t){let n=e.readbackProgram.get(t);if(!n){let r=cc({index:`int`},{rgba8:`vec4`},({index:e})=>(t.inputs.index=e,{rgba8:new rl({rgba8:t.outputs.rgba8})}));e.programTemplate||=new zu(dd().computeVec4Template),n=new Ru({graph:r,inputs:{index:`_index`},outputs:{rgba8:`target`},template:e.programTemplate}),Object.assign(n.uniforms,{targetLayer:{value:0},targetBase:{value:0},targetCount:{value:0}}),e.readbackProgram.set(t,n)}let r=n.prepareMaterial();return e.fullScreenQuad.material=r,{program:n,material:r}}saveRenderState(e){return{target:e.getRenderTarget(),xrEnabled:e.xr.enabled,autoClear:e.autoClear}}resetRenderState(e,t){e.setRenderTarget(t.target),e.xr.enabled=t.xrEnabled,e.autoClear=t.autoClear}process({count:t,material:n}){let r=this.renderer;if(!r)throw Error(`No renderer`);if(!this.target)throw Error(`No target`);let i=Z*Ls;n.uniforms.targetBase.value=0,n.uniforms.targetCount.value=t;let a=0;for(;a<t;){let o=Math.floor(a/i),s=o*i,c=Math.min(Ls,Math.ceil((t-s)/Z));n.uniforms.targetLayer.value=o,this.target.scissor.set(0,0,Z,c),r.setRenderTarget(this.target,o),r.xr.enabled=!1,r.autoClear=!1,e.fullScreenQuad.render(r),a+=Z*c}this.count=t}async read({readback:e}){let t=this.renderer;if(!t)throw Error(`No renderer`);if(!this.target)throw Error(`No target`);let n=Math.ceil(this.count/Z)*Z;if(e.byteLength<n*4)throw Error(`Readback buffer too small: ${e.byteLength} < ${n*4}`);let r=new Uint8Array(e instanceof ArrayBuffer?e:e.buffer),i=Z*Ls,a=0,o=[];for(;a<this.count;){let e=Math.floor(a/i),n=e*i,s=Math.min(Ls,Math.ceil((this.count-n)/Z));t.setRenderTarget(this.target,e);let c=Z*s*4,l=r.subarray(n*4,n*4+c),u=t?.readRenderTargetPixelsAsync(this.target,0,0,Z,s,l);o.push(u),a+=Z*s}return Promise.all(o).then(()=>e)}render({reader:e,count:t,renderer:n}){if(this.renderer=n||this.renderer,!this.renderer)throw Error(`No renderer`);this.ensureCapacity(t);let{program:r,material:i}=this.prepareProgramMaterial(e);r.update();let a=this.saveRenderState(this.renderer);this.process({count:t,material:i}),this.resetRenderState(this.renderer,a)}async readback({readback:e}){if(!this.renderer)throw Error(`No renderer`);let t=this.saveRenderState(this.renderer),n=this.read({readback:e});return this.resetRenderState(this.renderer,t),n}async renderReadback({reader:e,count:t,renderer:n,readback:r}){if(this.renderer=n||this.renderer,!this.renderer)throw Error(`No renderer`);this.ensureCapacity(t);let{program:i,material:a}=this.prepareProgramMaterial(e);i.update();let o=this.saveRenderState(this.renderer);this.process({count:t,material:a});let s=this.read({readback:r});return this.resetRenderState(this.renderer,o),s}getTexture(){return this.target?.texture}};fd.programTemplate=null,fd.readbackProgram=new WeakMap,fd.fullScreenQuad=new Fs(new fr({visible:!1}));var pd=fd;function md(e){switch(e){case`all`:return 0;case`plane`:return 1;case`sphere`:return 2;case`box`:return 3;case`ellipsoid`:return 4;case`cylinder`:return 5;case`capsule`:return 6;case`infinite_cone`:return 7;default:throw Error(`Unknown SDF type: ${e}`)}}function hd(e){switch(e){case`multiply`:return 0;case`set_rgb`:return 1;case`add_rgba`:return 2;default:throw Error(`Unknown blend mode: ${e}`)}}var gd=class extends pt{constructor(e={}){super();let{type:t,invert:n,opacity:r,color:i,displace:a,radius:o}=e;this.type=t??`sphere`,this.invert=n??!1,this.opacity=r??1,this.color=i??new J(1,1,1),this.displace=a??new V(0,0,0),this.radius=o??0}},_d=class e extends pt{constructor(t={}){let{name:n,rgbaBlendMode:r=`multiply`,sdfSmooth:i=0,softEdge:a=0,invert:o=!1,sdfs:s=null}=t;super(),this.rgbaBlendMode=r,this.sdfSmooth=i,this.softEdge=a,this.invert=o,this.sdfs=s,this.ordering=e.nextOrdering++,this.name=n??`Edit ${this.ordering}`}addSdf(e){this.sdfs??=[],this.sdfs.includes(e)||this.sdfs.push(e)}removeSdf(e){this.sdfs!=null&&(this.sdfs=this.sdfs.filter(t=>t!==e))}};_d.nextOrdering=1;var vd=_d,yd=class{constructor({maxSdfs:e,maxEdits:t}){this.maxSdfs=Math.max(16,e??0),this.numSdfs=0,this.sdfData=new Uint32Array(this.maxSdfs*8*4),this.sdfFloatData=new Float32Array(this.sdfData.buffer),this.sdfTexture=this.newSdfTexture(this.sdfData,this.maxSdfs),this.dynoSdfArray=new il({key:`sdfArray`,type:bd,globals:()=>[xd],value:{numSdfs:0,sdfTexture:this.sdfTexture},update:e=>(e.numSdfs=this.numSdfs,e.sdfTexture=this.sdfTexture,e)}),this.maxEdits=Math.max(16,t??0),this.numEdits=0,this.editData=new Uint32Array(this.maxEdits*4),this.editFloatData=new Float32Array(this.editData.buffer),this.dynoNumEdits=new ol({value:0}),this.dynoEdits=this.newEdits(this.editData,this.maxEdits)}newSdfTexture(e,t){let n=new Wn(e,8,t,S,u);return n.internalFormat=`RGBA32UI`,n.needsUpdate=!0,n}newEdits(e,t){return new il({key:`edits`,type:`uvec4`,count:t,globals:()=>[Sd],value:e})}ensureCapacity({maxSdfs:e,maxEdits:t}){let n=!1;return e>this.sdfTexture.image.height&&(this.sdfTexture.dispose(),this.maxSdfs=Math.max(this.maxSdfs*2,e),this.sdfData=new Uint32Array(this.maxSdfs*8*4),this.sdfFloatData=new Float32Array(this.sdfData.buffer),this.sdfTexture=this.newSdfTexture(this.sdfData,this.maxSdfs)),t>(this.dynoEdits.count??0)&&(this.maxEdits=Math.max(this.maxEdits*2,t),this.editData=new Uint32Array(this.maxEdits*4),this.editFloatData=new Float32Array(this.editData.buffer),this.dynoEdits=this.newEdits(this.editData,this.maxEdits),n=!0),n}updateEditData(e,t){let n=this.editData[e]!==t;return this.editData[e]=t,n}updateEditFloatData(e,t){Td[0]=t;let n=this.editFloatData[e]!==Td[0];return n&&(this.editFloatData[e]=Td[0]),n}encodeEdit(e,{sdfFirst:t,sdfCount:n,invert:r,rgbaBlendMode:i,softEdge:a,sdfSmooth:o}){let s=e*4,c=!1;return c=this.updateEditData(s+0,i|(r?256:0))||c,c=this.updateEditData(s+1,t|n<<16)||c,c=this.updateEditFloatData(s+2,a)||c,c=this.updateEditFloatData(s+3,o)||c,c}updateSdfData(e,t){let n=this.sdfData[e]!==t;return this.sdfData[e]=t,n}updateSdfFloatData(e,t){Td[0]=t;let n=this.sdfFloatData[e]!==Td[0];return n&&(this.sdfFloatData[e]=Td[0]),n}encodeSdf(e,{sdfType:t,invert:n,center:r,quaternion:i,scale:a,sizes:o},s){let c=e*32,l=t|(n?256:0),u=!1;u=this.updateSdfFloatData(c+0,r?.x??0)||u,u=this.updateSdfFloatData(c+1,r?.y??0)||u,u=this.updateSdfFloatData(c+2,r?.z??0)||u,u=this.updateSdfData(c+3,l)||u,u=this.updateSdfFloatData(c+4,i?.x??0)||u,u=this.updateSdfFloatData(c+5,i?.y??0)||u,u=this.updateSdfFloatData(c+6,i?.z??0)||u,u=this.updateSdfFloatData(c+7,i?.w??0)||u,u=this.updateSdfFloatData(c+8,a?.x??0)||u,u=this.updateSdfFloatData(c+9,a?.y??0)||u,u=this.updateSdfFloatData(c+10,a?.z??0)||u,u=this.updateSdfData(c+11,0)||u,u=this.updateSdfFloatData(c+12,o?.x??0)||u,u=this.updateSdfFloatData(c+13,o?.y??0)||u,u=this.updateSdfFloatData(c+14,o?.z??0)||u,u=this.updateSdfFloatData(c+15,o?.w??0)||u;let d=Math.min(4,s.length);for(let e=0;e<d;++e){let t=c+16+e*4;u=this.updateSdfFloatData(t+0,s[e].x)||u,u=this.updateSdfFloatData(t+1,s[e].y)||u,u=this.updateSdfFloatData(t+2,s[e].z)||u,u=this.updateSdfFloatData(t+3,s[e].w)||u}return u}update(e){let t=e.reduce((e,{sdfs:t})=>e+t.length,0),n=this.ensureCapacity({maxEdits:e.length,maxSdfs:t}),r=[new Le,new Le],i=new V,a=new xe,o=new V,s=new Le,c=0,l=n;e.length!==this.dynoNumEdits.value&&(this.dynoNumEdits.value=e.length,this.numEdits=e.length,l=!0);for(let[t,{edit:n,sdfs:u}]of e.entries()){l=this.encodeEdit(t,{sdfFirst:c,sdfCount:u.length,invert:n.invert,rgbaBlendMode:hd(n.rgbaBlendMode),softEdge:n.softEdge,sdfSmooth:n.sdfSmooth})||l;let e=!1;for(let t of u)s.set(t.scale.x,t.scale.y,t.scale.z,t.radius),t.scale.setScalar(1),t.updateMatrixWorld(),t.matrixWorld.clone().invert().decompose(i,a,o),t.scale.set(s.x,s.y,s.z),t.updateMatrixWorld(),r[0].set(t.color.r,t.color.g,t.color.b,t.opacity),r[1].set(t.displace.x,t.displace.y,t.displace.z,1),e=this.encodeSdf(c,{sdfType:md(t.type),invert:t.invert,center:i,quaternion:a,scale:o,sizes:s},r)||e,c+=1;this.numSdfs=c,e&&(this.sdfTexture.needsUpdate=!0),l||=e}return{updated:l,dynoUpdated:n}}modify(e){return Cd(e,this.dynoSdfArray,this.dynoNumEdits,this.dynoEdits)}modifyCov(e){return wd(e,this.dynoSdfArray,this.dynoNumEdits,this.dynoEdits)}},bd={type:`SdfArray`},xd=fc(`
  struct SdfArray {
    int numSdfs;
    usampler2D sdfTexture;
  };

  void unpackSdfArray(
    usampler2D sdfTexture, int sdfIndex, out uint flags,
    out vec3 center, out vec4 quaternion, out vec3 scale, out vec4 sizes,
    int numValues, out vec4 values[4]
  ) {
    uvec4 temp = texelFetch(sdfTexture, ivec2(0, sdfIndex), 0);
    flags = temp.w;
    center = vec3(uintBitsToFloat(temp.x), uintBitsToFloat(temp.y), uintBitsToFloat(temp.z));

    temp = texelFetch(sdfTexture, ivec2(1, sdfIndex), 0);
    quaternion = vec4(uintBitsToFloat(temp.x), uintBitsToFloat(temp.y), uintBitsToFloat(temp.z), uintBitsToFloat(temp.w));

    temp = texelFetch(sdfTexture, ivec2(2, sdfIndex), 0);
    scale = vec3(uintBitsToFloat(temp.x), uintBitsToFloat(temp.y), uintBitsToFloat(temp.z));

    temp = texelFetch(sdfTexture, ivec2(3, sdfIndex), 0);
    sizes = vec4(uintBitsToFloat(temp.x), uintBitsToFloat(temp.y), uintBitsToFloat(temp.z), uintBitsToFloat(temp.w));

    for (int i = 0; i < numValues; ++i) {
      temp = texelFetch(sdfTexture, ivec2(4 + i, sdfIndex), 0);
      values[i] = vec4(uintBitsToFloat(temp.x), uintBitsToFloat(temp.y), uintBitsToFloat(temp.z), uintBitsToFloat(temp.w));
    }
  }

  const uint SDF_FLAG_TYPE = 0xFFu;
  const uint SDF_FLAG_INVERT = 1u << 8u;

  const uint SDF_TYPE_ALL = 0u;
  const uint SDF_TYPE_PLANE = 1u;
  const uint SDF_TYPE_SPHERE = 2u;
  const uint SDF_TYPE_BOX = 3u;
  const uint SDF_TYPE_ELLIPSOID = 4u;
  const uint SDF_TYPE_CYLINDER = 5u;
  const uint SDF_TYPE_CAPSULE = 6u;
  const uint SDF_TYPE_INFINITE_CONE = 7u;

  float evaluateSdfArray(
    usampler2D sdfTexture, int numSdfs, int sdfFirst, int sdfCount, vec3 pos,
    float smoothK, int numValues, out vec4 outValues[4]
  ) {
    float distanceAccum = (smoothK == 0.0) ? 1.0 / 0.0 : 0.0;
    float maxExp = -1.0 / 0.0;
    for (int i = 0; i < numValues; ++i) {
        outValues[i] = vec4(0.0);
    }

    uint flags;
    vec3 center, scale;
    vec4 quaternion, sizes;
    vec4 values[4];

    int sdfLast = min(sdfFirst + sdfCount, numSdfs);
    for (int index = sdfFirst; index < sdfLast; ++index) {
      unpackSdfArray(sdfTexture, index, flags, center, quaternion, scale, sizes, numValues, values);
      uint sdfType = flags & SDF_FLAG_TYPE;
      vec3 sdfPos = quatVec(quaternion, pos * scale) + center;

      float distance;
      switch (sdfType) {
        case SDF_TYPE_ALL:
          distance = -1.0 / 0.0;
          break;
        case SDF_TYPE_PLANE: {
          distance = sdfPos.z;
          break;
        }
        case SDF_TYPE_SPHERE: {
          distance = length(sdfPos) - sizes.w;
          break;
        }
        case SDF_TYPE_BOX: {
          vec3 q = abs(sdfPos) - sizes.xyz + sizes.w;
          distance = length(max(q, 0.0)) + min(max(q.x, max(q.y, q.z)), 0.0) - sizes.w;
          break;
        }
        case SDF_TYPE_ELLIPSOID: {
          vec3 sizes = sizes.xyz;
          float k0 = length(sdfPos / sizes);
          float k1 = length(sdfPos / dot(sizes, sizes));
          distance = k0 * (k0 - 1.0) / k1;
          break;
        }
        case SDF_TYPE_CYLINDER: {
          vec2 d = abs(vec2(length(sdfPos.xz), sdfPos.y)) - sizes.wy;
          distance = min(max(d.x, d.y), 0.0) + length(max(d, 0.0));
          break;
        }
        case SDF_TYPE_CAPSULE: {
          sdfPos.y -= clamp(sdfPos.y, -0.5 * sizes.y, 0.5 * sizes.y);
          distance = length(sdfPos) - sizes.w;
          break;
        }
        case SDF_TYPE_INFINITE_CONE: {
          float angle = 0.25 * PI * sizes.w;
          vec2 c = vec2(sin(angle), cos(angle));
          vec2 q = vec2(length(sdfPos.xy), -sdfPos.z);
          float d = length(q - c * max(dot(q, c), 0.0));
          distance = d * (((q.x * c.y - q.y * c.x) < 0.0) ? -1.0 : 1.0);
          break;
        }
      }

      if ((flags & SDF_FLAG_INVERT) != 0u) {
        distance = -distance;
      }

      if (smoothK == 0.0) {
        if (distance < distanceAccum) {
          distanceAccum = distance;
          for (int i = 0; i < numValues; ++i) {
            outValues[i] = values[i];
          }
        }
      } else {
        float scaledDistance = -distance / smoothK;
        if (scaledDistance > maxExp) {
          float scale = exp(maxExp - scaledDistance);
          distanceAccum *= scale;
          for (int i = 0; i < numValues; ++i) {
            outValues[i] *= scale;
          }
          maxExp = scaledDistance;
        }

        float weight = exp(scaledDistance - maxExp);
        distanceAccum += weight;
        for (int i = 0; i < numValues; ++i) {
          outValues[i] += weight * values[i];
        }
      }
    }

    if (smoothK == 0.0) {
      return distanceAccum;
    } else {
      // Very distant SDFs may result in 0 accumulation
      if (distanceAccum == 0.0) {
        return 1.0 / 0.0;
      }
      for (int i = 0; i < numValues; ++i) {
        outValues[i] /= distanceAccum;
      }
      return (-log(distanceAccum) - maxExp) * smoothK;
    }
  }

  float modulateSdfArray(
    usampler2D sdfTexture, int numSdfs, int sdfFirst, int sdfCount, vec3 pos,
    float smoothK, int numValues, out vec4 values[4],
    float softEdge, bool invert
  ) {
    float distance = evaluateSdfArray(sdfTexture, numSdfs, sdfFirst, sdfCount, pos, smoothK, numValues, values);
    if (invert) {
      distance = -distance;
    }

    return (softEdge == 0.0) ? ((distance < 0.0) ? 1.0 : 0.0)
      : clamp(-distance / softEdge + 0.5, 0.0, 1.0);
  }
`),Sd=fc(`
  const uint EDIT_FLAG_BLEND = 0xFFu;
  const uint EDIT_BLEND_MULTIPLY = 0u;
  const uint EDIT_BLEND_SET_RGB = 1u;
  const uint EDIT_BLEND_ADD_RGBA = 2u;
  const uint EDIT_FLAG_INVERT = 0x100u;

  void decodeEdit(
    uvec4 packedEdit, out int sdfFirst, out int sdfCount,
    out bool invert, out uint rgbaBlendMode, out float softEdge, out float sdfSmooth
  ) {
    rgbaBlendMode = packedEdit.x & EDIT_FLAG_BLEND;
    invert = (packedEdit.x & EDIT_FLAG_INVERT) != 0u;

    sdfFirst = int(packedEdit.y & 0xFFFFu);
    sdfCount = int(packedEdit.y >> 16u);

    softEdge = uintBitsToFloat(packedEdit.z);
    sdfSmooth = uintBitsToFloat(packedEdit.w);
  }

  void applyRgbaDisplaceEdit(
    usampler2D sdfTexture, int numSdfs, int sdfFirst, int sdfCount, inout vec3 pos,
    float smoothK, float softEdge, bool invert, uint rgbaBlendMode, inout vec4 rgba
  ) {
    vec4 values[4];
    float modulate = modulateSdfArray(sdfTexture, numSdfs, sdfFirst, sdfCount, pos, smoothK, 2, values, softEdge, invert);
    // On Android, moving values[0] is necessary to work around a compiler bug.
    vec4 sdfRgba = values[0];
    vec4 sdfDisplaceScale = values[1];

    vec4 target;
    switch (rgbaBlendMode) {
      case EDIT_BLEND_MULTIPLY:
        target = rgba * sdfRgba;
        break;
      case EDIT_BLEND_SET_RGB:
        target = vec4(sdfRgba.rgb, rgba.a * sdfRgba.a);
        break;
      case EDIT_BLEND_ADD_RGBA:
        target = rgba + sdfRgba;
        break;
      default:
        // Debug output if blend mode not set
        target = vec4(fract(pos), 1.0);
    }
    rgba = mix(rgba, target, modulate);
    pos += sdfDisplaceScale.xyz * modulate;
  }

  void applyPackedRgbaDisplaceEdit(uvec4 packedEdit, usampler2D sdfTexture, int numSdfs, inout vec3 pos, inout vec4 rgba) {
    int sdfFirst, sdfCount;
    bool invert;
    uint rgbaBlendMode;
    float softEdge, sdfSmooth;
    decodeEdit(packedEdit, sdfFirst, sdfCount, invert, rgbaBlendMode, softEdge, sdfSmooth);
    applyRgbaDisplaceEdit(sdfTexture, numSdfs, sdfFirst, sdfCount, pos, sdfSmooth, softEdge, invert, rgbaBlendMode, rgba);
  }
`);function Cd(e,t,n,r){return new oc({inTypes:{gsplat:hc,sdfArray:bd,numEdits:`int`,rgbaDisplaceEdits:`uvec4`},outTypes:{gsplat:hc},globals:()=>[xd,Sd],inputs:{gsplat:e,sdfArray:t,numEdits:n,rgbaDisplaceEdits:r},statements:({inputs:e,outputs:t})=>{let{sdfArray:n,numEdits:r,rgbaDisplaceEdits:i}=e,{gsplat:a}=t;return dc(`
        ${a} = ${e.gsplat};
        if (isGsplatActive(${a}.flags)) {
          for (int editIndex = 0; editIndex < ${r}; ++editIndex) {
            applyPackedRgbaDisplaceEdit(
              ${i}[editIndex], ${n}.sdfTexture, ${n}.numSdfs,
              ${a}.center, ${a}.rgba
            );
          }
        }
      `)}}).outputs.gsplat}function wd(e,t,n,r){return new oc({inTypes:{covsplat:gc,sdfArray:bd,numEdits:`int`,rgbaDisplaceEdits:`uvec4`},outTypes:{covsplat:gc},globals:()=>[xd,Sd],inputs:{covsplat:e,sdfArray:t,numEdits:n,rgbaDisplaceEdits:r},statements:({inputs:e,outputs:t})=>{let{sdfArray:n,numEdits:r,rgbaDisplaceEdits:i}=e,{covsplat:a}=t;return dc(`
        ${a} = ${e.covsplat};
        if (isCovSplatActive(${a}.flags)) {
          for (int editIndex = 0; editIndex < ${r}; ++editIndex) {
            applyPackedRgbaDisplaceEdit(
              ${i}[editIndex], ${n}.sdfTexture, ${n}.numSdfs,
              ${a}.center, ${a}.rgba
            );
          }
        }
      `)}}).outputs.covsplat}var Td=new Float32Array(1),Ed=class{constructor(){this.scale=new sl({value:-1/0}),this.rotate=new ll({value:new xe(1/0,1/0,1/0,1/0)}),this.translate=new cl({value:new V(1/0,1/0,1/0)})}apply(e){return $u(e,{scale:this.scale,rotate:this.rotate,translate:this.translate})}applyDir(e){return ed(e,{rotate:this.rotate})}applyGsplat(e){return wc(e,{scale:this.scale,rotate:this.rotate,translate:this.translate})}updateFromMatrix(e){let t=new V,n=new xe,r=new V;e.decompose(r,n,t);let i=(t.x+t.y+t.z)/3,a=!1;return i!==this.scale.value&&(this.scale.value=i,a=!0),r.equals(this.translate.value)||(this.translate.value.copy(r),a=!0),n.equals(this.rotate.value)||(this.rotate.value.copy(n),a=!0),a}update(e){return e.updateMatrixWorld(),this.updateFromMatrix(e.matrixWorld)}},Dd=class{constructor(){this.basis=new ul({value:new H}),this.offset=new cl({value:new V})}apply(e){return Gu(qu(this.basis,e),this.offset)}applyDir(e){return qu(this.basis,e)}applyCovSplat(e){return new oc({inTypes:{covsplat:gc,basis:`mat3`,offset:`vec3`},outTypes:{covsplat:gc},inputs:{covsplat:e,basis:this.basis,offset:this.offset},statements:({inputs:e,outputs:t})=>{let{covsplat:n,basis:r,offset:i}=e;return!n||!r||!i?[`${t.covsplat}.flags = 0u;`]:dc(`
          ${t.covsplat}.flags = 0u;
          if (isCovSplatActive(${n}.flags)) {
            ${t.covsplat}.flags = ${n}.flags;
            ${t.covsplat}.index = ${n}.index;
            ${t.covsplat}.rgba = ${n}.rgba;

            ${t.covsplat}.center = ${r} * ${n}.center + ${i};
            
            mat3 cov = mat3(
              ${n}.xxyyzz.x, ${n}.xyxzyz.x, ${n}.xyxzyz.y,
              ${n}.xyxzyz.x, ${n}.xxyyzz.y, ${n}.xyxzyz.z,
              ${n}.xyxzyz.y, ${n}.xyxzyz.z, ${n}.xxyyzz.z
            );
            cov = ${r} * cov * transpose(${r});
            ${t.covsplat}.xxyyzz = vec3(cov[0][0], cov[1][1], cov[2][2]);
            ${t.covsplat}.xyxzyz = vec3(cov[0][1], cov[0][2], cov[1][2]);
          }
        `)}}).outputs.covsplat}updateFromMatrix(e){let t=new H().setFromMatrix4(e),n=new V().setFromMatrixColumn(e,3),r=!t.equals(this.basis.value)||!n.equals(this.offset.value);return r&&(this.basis.value.copy(t),this.offset.value.copy(n)),r}update(e){return e.updateMatrixWorld(),this.updateFromMatrix(e.matrixWorld)}},Od=class extends pt{constructor({numSplats:e,generator:t,covGenerator:n,construct:r,update:i}){if(super(),this.numSplats=e??0,this.generator=t,this.covGenerator=n,this.frameUpdate=i,this.version=0,this.mappingVersion=0,r){let e=r(this);Object.assign(this,e)}}updateVersion(){this.version+=1}updateMappingVersion(){this.mappingVersion+=1,this.version+=1}set needsUpdate(e){e&&this.updateVersion()}},kd=class e{static __wrap(t){t>>>=0;let n=Object.create(e.prototype);return n.__wbg_ptr=t,Ld.register(n,n.__wbg_ptr,n),n}__destroy_into_raw(){let e=this.__wbg_ptr;return this.__wbg_ptr=0,Ld.unregister(this),e}free(){let e=this.__destroy_into_raw();Q.__wbg_chunkdecoder_free(e,0)}finish(){let e=this.__destroy_into_raw(),t=Q.chunkdecoder_finish(e);if(t[2])throw Vd(t[1]);return Vd(t[0])}push(e){let t=Q.chunkdecoder_push(this.__wbg_ptr,e);if(t[1])throw Vd(t[0])}};Symbol.dispose&&(kd.prototype[Symbol.dispose]=kd.prototype.free);var Ad=class e{static __wrap(t){t>>>=0;let n=Object.create(e.prototype);return n.__wbg_ptr=t,Rd.register(n,n.__wbg_ptr,n),n}__destroy_into_raw(){let e=this.__wbg_ptr;return this.__wbg_ptr=0,Rd.unregister(this),e}free(){let e=this.__destroy_into_raw();Q.__wbg_csplatarray_free(e,0)}bhatt_lod(e){Q.csplatarray_bhatt_lod(this.__wbg_ptr,e)}has_lod(){return Q.csplatarray_has_lod(this.__wbg_ptr)!==0}inject_rgba8(e){Q.csplatarray_inject_rgba8(this.__wbg_ptr,e)}len(){return Q.csplatarray_len(this.__wbg_ptr)>>>0}tiny_lod(e,t){Q.csplatarray_tiny_lod(this.__wbg_ptr,e,t)}to_extsplats(){let e=Q.csplatarray_to_extsplats(this.__wbg_ptr);if(e[2])throw Vd(e[1]);return Vd(e[0])}to_extsplats_lod(){let e=Q.csplatarray_to_extsplats_lod(this.__wbg_ptr);if(e[2])throw Vd(e[1]);return Vd(e[0])}to_packedsplats(){let e=Q.csplatarray_to_packedsplats(this.__wbg_ptr);if(e[2])throw Vd(e[1]);return Vd(e[0])}to_packedsplats_lod(){let e=Q.csplatarray_to_packedsplats_lod(this.__wbg_ptr);if(e[2])throw Vd(e[1]);return Vd(e[0])}get maxShDegree(){return Q.__wbg_get_csplatarray_maxShDegree(this.__wbg_ptr)>>>0}get numSplats(){return Q.__wbg_get_csplatarray_numSplats(this.__wbg_ptr)>>>0}set maxShDegree(e){Q.__wbg_set_csplatarray_maxShDegree(this.__wbg_ptr,e)}set numSplats(e){Q.__wbg_set_csplatarray_numSplats(this.__wbg_ptr,e)}};Symbol.dispose&&(Ad.prototype[Symbol.dispose]=Ad.prototype.free);var jd=class e{static __wrap(t){t>>>=0;let n=Object.create(e.prototype);return n.__wbg_ptr=t,zd.register(n,n.__wbg_ptr,n),n}__destroy_into_raw(){let e=this.__wbg_ptr;return this.__wbg_ptr=0,zd.unregister(this),e}free(){let e=this.__destroy_into_raw();Q.__wbg_gsplatarray_free(e,0)}get maxShDegree(){return Q.__wbg_get_gsplatarray_maxShDegree(this.__wbg_ptr)>>>0}get numSplats(){return Q.__wbg_get_gsplatarray_numSplats(this.__wbg_ptr)>>>0}bhatt_lod(e){Q.gsplatarray_bhatt_lod(this.__wbg_ptr,e)}concat(t){Bd(t,e);let n=Q.gsplatarray_concat(this.__wbg_ptr,t.__wbg_ptr);if(n[1])throw Vd(n[0])}encode_to_spz(e,t){let n=this.__destroy_into_raw(),r=Q.gsplatarray_encode_to_spz(n,e,t);if(r[2])throw Vd(r[1]);return Vd(r[0])}has_lod(){return Q.gsplatarray_has_lod(this.__wbg_ptr)!==0}inject_rgba8(e){Q.gsplatarray_inject_rgba8(this.__wbg_ptr,e)}len(){return Q.gsplatarray_len(this.__wbg_ptr)>>>0}tiny_lod(e,t){Q.gsplatarray_tiny_lod(this.__wbg_ptr,e,t)}to_extsplats(){let e=Q.gsplatarray_to_extsplats(this.__wbg_ptr);if(e[2])throw Vd(e[1]);return Vd(e[0])}to_extsplats_lod(){let e=Q.gsplatarray_to_extsplats_lod(this.__wbg_ptr);if(e[2])throw Vd(e[1]);return Vd(e[0])}to_packedsplats(e){let t=Q.gsplatarray_to_packedsplats(this.__wbg_ptr,e);if(t[2])throw Vd(t[1]);return Vd(t[0])}to_packedsplats_lod(e){let t=Q.gsplatarray_to_packedsplats_lod(this.__wbg_ptr,e);if(t[2])throw Vd(t[1]);return Vd(t[0])}transform(e){let t=Q.gsplatarray_transform(this.__wbg_ptr,e);if(t[1])throw Vd(t[0])}set maxShDegree(e){Q.__wbg_set_gsplatarray_maxShDegree(this.__wbg_ptr,e)}set numSplats(e){Q.__wbg_set_gsplatarray_numSplats(this.__wbg_ptr,e)}};Symbol.dispose&&(jd.prototype[Symbol.dispose]=jd.prototype.free);function Md(e){let t=Q.decode_rad_header(e);if(t[2])throw Vd(t[1]);return Vd(t[0])}function Nd(){return Q.get_raycast_buffer()}function Pd(){return Q.get_raycast_buffer2()}function Fd(e,t,n,r,i,a,o,s,c,l){return Q.raycast_ext_buffers(e,t,n,r,i,a,o,s,c,l)}function Id(e,t,n,r,i,a,o,s,c,l,u,d,f){return Q.raycast_packed_buffer(e,t,n,r,i,a,o,s,c,l,u,d,f)}var Ld=typeof FinalizationRegistry>`u`?{register:()=>{},unregister:()=>{}}:new FinalizationRegistry(e=>Q.__wbg_chunkdecoder_free(e>>>0,1)),Rd=typeof FinalizationRegistry>`u`?{register:()=>{},unregister:()=>{}}:new FinalizationRegistry(e=>Q.__wbg_csplatarray_free(e>>>0,1)),zd=typeof FinalizationRegistry>`u`?{register:()=>{},unregister:()=>{}}:new FinalizationRegistry(e=>Q.__wbg_gsplatarray_free(e>>>0,1));function Bd(e,t){if(!(e instanceof t))throw Error(`expected instance of ${t.name}`)}function Vd(e){let t=Q.__wbindgen_externrefs.get(e);return Q.__externref_table_dealloc(e),t}new TextDecoder(`utf-8`,{ignoreBOM:!0,fatal:!0}).decode();var Hd=new TextEncoder;`encodeInto`in Hd||(Hd.encodeInto=function(e,t){let n=Hd.encode(e);return t.set(n),{read:e.length,written:n.length}});var Q;function Ud(e){return e>64&&e<91?e-65:e>96&&e<123?e-71:e>47&&e<58?e+4:e===43?62:e===47?63:0}function Wd(e,t){let n=e.replace(/[^A-Za-z0-9+/]/g,``),r=n.length,i=t?Math.ceil((r*3+1>>2)/t)*t:r*3+1>>2,a=new Uint8Array(i),o,s,c=0,l=0;for(let e=0;e<r;e++)if(s=e&3,c|=Ud(n.charCodeAt(e))<<6*(3-s),s===3||r-e===1){for(o=0;o<3&&l<i;)a[l]=c>>>(16>>>o&24)&255,o++,l++;c=0}return a}function Gd(e){if(typeof Uint8Array.fromBase64==`function`)return Uint8Array.fromBase64(e);let t=atob(e),n=t.length,r=new Uint8Array(n);for(let e=0;e<n;e++)r[e]=t.charCodeAt(e);return r}var Kd=(typeof atob==`function`?Gd:Wd)(`AGFzbQEAAAA=`).buffer,qd=WebAssembly.compile(Kd),Jd=!1,Yd=new Promise(()=>{});function Xd(){return Jd}var Zd=`(function() {
  "use strict";
  class ChunkDecoder {
    static __wrap(ptr) {
      ptr = ptr >>> 0;
      const obj = Object.create(ChunkDecoder.prototype);
      obj.__wbg_ptr = ptr;
      ChunkDecoderFinalization.register(obj, obj.__wbg_ptr, obj);
      return obj;
    }
    __destroy_into_raw() {
      const ptr = this.__wbg_ptr;
      this.__wbg_ptr = 0;
      ChunkDecoderFinalization.unregister(this);
      return ptr;
    }
    free() {
      const ptr = this.__destroy_into_raw();
      wasm.__wbg_chunkdecoder_free(ptr, 0);
    }
    /**
     * @returns {any}
     */
    finish() {
      const ptr = this.__destroy_into_raw();
      const ret = wasm.chunkdecoder_finish(ptr);
      if (ret[2]) {
        throw takeFromExternrefTable0(ret[1]);
      }
      return takeFromExternrefTable0(ret[0]);
    }
    /**
     * @param {Uint8Array} bytes
     */
    push(bytes) {
      const ret = wasm.chunkdecoder_push(this.__wbg_ptr, bytes);
      if (ret[1]) {
        throw takeFromExternrefTable0(ret[0]);
      }
    }
  }
  if (Symbol.dispose) ChunkDecoder.prototype[Symbol.dispose] = ChunkDecoder.prototype.free;
  class CsplatArray {
    static __wrap(ptr) {
      ptr = ptr >>> 0;
      const obj = Object.create(CsplatArray.prototype);
      obj.__wbg_ptr = ptr;
      CsplatArrayFinalization.register(obj, obj.__wbg_ptr, obj);
      return obj;
    }
    __destroy_into_raw() {
      const ptr = this.__wbg_ptr;
      this.__wbg_ptr = 0;
      CsplatArrayFinalization.unregister(this);
      return ptr;
    }
    free() {
      const ptr = this.__destroy_into_raw();
      wasm.__wbg_csplatarray_free(ptr, 0);
    }
    /**
     * @param {number} lod_base
     */
    bhatt_lod(lod_base) {
      wasm.csplatarray_bhatt_lod(this.__wbg_ptr, lod_base);
    }
    /**
     * @returns {boolean}
     */
    has_lod() {
      const ret = wasm.csplatarray_has_lod(this.__wbg_ptr);
      return ret !== 0;
    }
    /**
     * @param {Uint8Array} rgba
     */
    inject_rgba8(rgba) {
      wasm.csplatarray_inject_rgba8(this.__wbg_ptr, rgba);
    }
    /**
     * @returns {number}
     */
    len() {
      const ret = wasm.csplatarray_len(this.__wbg_ptr);
      return ret >>> 0;
    }
    /**
     * @param {number} lod_base
     * @param {boolean} merge_filter
     */
    tiny_lod(lod_base, merge_filter) {
      wasm.csplatarray_tiny_lod(this.__wbg_ptr, lod_base, merge_filter);
    }
    /**
     * @returns {object}
     */
    to_extsplats() {
      const ret = wasm.csplatarray_to_extsplats(this.__wbg_ptr);
      if (ret[2]) {
        throw takeFromExternrefTable0(ret[1]);
      }
      return takeFromExternrefTable0(ret[0]);
    }
    /**
     * @returns {object}
     */
    to_extsplats_lod() {
      const ret = wasm.csplatarray_to_extsplats_lod(this.__wbg_ptr);
      if (ret[2]) {
        throw takeFromExternrefTable0(ret[1]);
      }
      return takeFromExternrefTable0(ret[0]);
    }
    /**
     * @returns {object}
     */
    to_packedsplats() {
      const ret = wasm.csplatarray_to_packedsplats(this.__wbg_ptr);
      if (ret[2]) {
        throw takeFromExternrefTable0(ret[1]);
      }
      return takeFromExternrefTable0(ret[0]);
    }
    /**
     * @returns {object}
     */
    to_packedsplats_lod() {
      const ret = wasm.csplatarray_to_packedsplats_lod(this.__wbg_ptr);
      if (ret[2]) {
        throw takeFromExternrefTable0(ret[1]);
      }
      return takeFromExternrefTable0(ret[0]);
    }
    /**
     * @returns {number}
     */
    get maxShDegree() {
      const ret = wasm.__wbg_get_csplatarray_maxShDegree(this.__wbg_ptr);
      return ret >>> 0;
    }
    /**
     * @returns {number}
     */
    get numSplats() {
      const ret = wasm.__wbg_get_csplatarray_numSplats(this.__wbg_ptr);
      return ret >>> 0;
    }
    /**
     * @param {number} arg0
     */
    set maxShDegree(arg0) {
      wasm.__wbg_set_csplatarray_maxShDegree(this.__wbg_ptr, arg0);
    }
    /**
     * @param {number} arg0
     */
    set numSplats(arg0) {
      wasm.__wbg_set_csplatarray_numSplats(this.__wbg_ptr, arg0);
    }
  }
  if (Symbol.dispose) CsplatArray.prototype[Symbol.dispose] = CsplatArray.prototype.free;
  class GsplatArray {
    static __wrap(ptr) {
      ptr = ptr >>> 0;
      const obj = Object.create(GsplatArray.prototype);
      obj.__wbg_ptr = ptr;
      GsplatArrayFinalization.register(obj, obj.__wbg_ptr, obj);
      return obj;
    }
    __destroy_into_raw() {
      const ptr = this.__wbg_ptr;
      this.__wbg_ptr = 0;
      GsplatArrayFinalization.unregister(this);
      return ptr;
    }
    free() {
      const ptr = this.__destroy_into_raw();
      wasm.__wbg_gsplatarray_free(ptr, 0);
    }
    /**
     * @returns {number}
     */
    get maxShDegree() {
      const ret = wasm.__wbg_get_gsplatarray_maxShDegree(this.__wbg_ptr);
      return ret >>> 0;
    }
    /**
     * @returns {number}
     */
    get numSplats() {
      const ret = wasm.__wbg_get_gsplatarray_numSplats(this.__wbg_ptr);
      return ret >>> 0;
    }
    /**
     * @param {number} lod_base
     */
    bhatt_lod(lod_base) {
      wasm.gsplatarray_bhatt_lod(this.__wbg_ptr, lod_base);
    }
    /**
     * @param {GsplatArray} other
     */
    concat(other) {
      _assertClass(other, GsplatArray);
      const ret = wasm.gsplatarray_concat(this.__wbg_ptr, other.__wbg_ptr);
      if (ret[1]) {
        throw takeFromExternrefTable0(ret[0]);
      }
    }
    /**
     * @param {number} max_sh
     * @param {number} fractional_bits
     * @returns {Uint8Array}
     */
    encode_to_spz(max_sh, fractional_bits) {
      const ptr = this.__destroy_into_raw();
      const ret = wasm.gsplatarray_encode_to_spz(ptr, max_sh, fractional_bits);
      if (ret[2]) {
        throw takeFromExternrefTable0(ret[1]);
      }
      return takeFromExternrefTable0(ret[0]);
    }
    /**
     * @returns {boolean}
     */
    has_lod() {
      const ret = wasm.gsplatarray_has_lod(this.__wbg_ptr);
      return ret !== 0;
    }
    /**
     * @param {Uint8Array} rgba
     */
    inject_rgba8(rgba) {
      wasm.gsplatarray_inject_rgba8(this.__wbg_ptr, rgba);
    }
    /**
     * @returns {number}
     */
    len() {
      const ret = wasm.gsplatarray_len(this.__wbg_ptr);
      return ret >>> 0;
    }
    /**
     * @param {number} lod_base
     * @param {boolean} merge_filter
     */
    tiny_lod(lod_base, merge_filter) {
      wasm.gsplatarray_tiny_lod(this.__wbg_ptr, lod_base, merge_filter);
    }
    /**
     * @returns {object}
     */
    to_extsplats() {
      const ret = wasm.gsplatarray_to_extsplats(this.__wbg_ptr);
      if (ret[2]) {
        throw takeFromExternrefTable0(ret[1]);
      }
      return takeFromExternrefTable0(ret[0]);
    }
    /**
     * @returns {object}
     */
    to_extsplats_lod() {
      const ret = wasm.gsplatarray_to_extsplats_lod(this.__wbg_ptr);
      if (ret[2]) {
        throw takeFromExternrefTable0(ret[1]);
      }
      return takeFromExternrefTable0(ret[0]);
    }
    /**
     * @param {any} encoding
     * @returns {object}
     */
    to_packedsplats(encoding) {
      const ret = wasm.gsplatarray_to_packedsplats(this.__wbg_ptr, encoding);
      if (ret[2]) {
        throw takeFromExternrefTable0(ret[1]);
      }
      return takeFromExternrefTable0(ret[0]);
    }
    /**
     * @param {any} encoding
     * @returns {object}
     */
    to_packedsplats_lod(encoding) {
      const ret = wasm.gsplatarray_to_packedsplats_lod(this.__wbg_ptr, encoding);
      if (ret[2]) {
        throw takeFromExternrefTable0(ret[1]);
      }
      return takeFromExternrefTable0(ret[0]);
    }
    /**
     * @param {any} transform
     */
    transform(transform) {
      const ret = wasm.gsplatarray_transform(this.__wbg_ptr, transform);
      if (ret[1]) {
        throw takeFromExternrefTable0(ret[0]);
      }
    }
    /**
     * @param {number} arg0
     */
    set maxShDegree(arg0) {
      wasm.__wbg_set_gsplatarray_maxShDegree(this.__wbg_ptr, arg0);
    }
    /**
     * @param {number} arg0
     */
    set numSplats(arg0) {
      wasm.__wbg_set_gsplatarray_numSplats(this.__wbg_ptr, arg0);
    }
  }
  if (Symbol.dispose) GsplatArray.prototype[Symbol.dispose] = GsplatArray.prototype.free;
  function bhatt_lod_extsplats(num_splats, ext1, ext2, extra, lod_base, rgba) {
    const ret = wasm.bhatt_lod_extsplats(num_splats, ext1, ext2, isLikeNone(extra) ? 0 : addToExternrefTable0(extra), lod_base, isLikeNone(rgba) ? 0 : addToExternrefTable0(rgba));
    if (ret[2]) {
      throw takeFromExternrefTable0(ret[1]);
    }
    return takeFromExternrefTable0(ret[0]);
  }
  function bhatt_lod_packedsplats(num_splats, packed, extra, lod_base, rgba, encoding) {
    const ret = wasm.bhatt_lod_packedsplats(num_splats, packed, isLikeNone(extra) ? 0 : addToExternrefTable0(extra), lod_base, isLikeNone(rgba) ? 0 : addToExternrefTable0(rgba), encoding);
    if (ret[2]) {
      throw takeFromExternrefTable0(ret[1]);
    }
    return takeFromExternrefTable0(ret[0]);
  }
  function decode_to_csplatarray(file_type, path_name, encoding) {
    var ptr0 = isLikeNone(file_type) ? 0 : passStringToWasm0(file_type, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
    var len0 = WASM_VECTOR_LEN;
    var ptr1 = isLikeNone(path_name) ? 0 : passStringToWasm0(path_name, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
    var len1 = WASM_VECTOR_LEN;
    const ret = wasm.decode_to_csplatarray(ptr0, len0, ptr1, len1, encoding);
    if (ret[2]) {
      throw takeFromExternrefTable0(ret[1]);
    }
    return ChunkDecoder.__wrap(ret[0]);
  }
  function decode_to_extsplats(file_type, path_name, sh1_codes, sh2_codes, sh3_codes) {
    var ptr0 = isLikeNone(file_type) ? 0 : passStringToWasm0(file_type, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
    var len0 = WASM_VECTOR_LEN;
    var ptr1 = isLikeNone(path_name) ? 0 : passStringToWasm0(path_name, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
    var len1 = WASM_VECTOR_LEN;
    const ret = wasm.decode_to_extsplats(ptr0, len0, ptr1, len1, isLikeNone(sh1_codes) ? 0 : addToExternrefTable0(sh1_codes), isLikeNone(sh2_codes) ? 0 : addToExternrefTable0(sh2_codes), isLikeNone(sh3_codes) ? 0 : addToExternrefTable0(sh3_codes));
    if (ret[2]) {
      throw takeFromExternrefTable0(ret[1]);
    }
    return ChunkDecoder.__wrap(ret[0]);
  }
  function decode_to_gsplatarray(file_type, path_name) {
    var ptr0 = isLikeNone(file_type) ? 0 : passStringToWasm0(file_type, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
    var len0 = WASM_VECTOR_LEN;
    var ptr1 = isLikeNone(path_name) ? 0 : passStringToWasm0(path_name, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
    var len1 = WASM_VECTOR_LEN;
    const ret = wasm.decode_to_gsplatarray(ptr0, len0, ptr1, len1);
    if (ret[2]) {
      throw takeFromExternrefTable0(ret[1]);
    }
    return ChunkDecoder.__wrap(ret[0]);
  }
  function decode_to_packedsplats(file_type, path_name, encoding, sh1_codes, sh2_codes, sh3_codes) {
    var ptr0 = isLikeNone(file_type) ? 0 : passStringToWasm0(file_type, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
    var len0 = WASM_VECTOR_LEN;
    var ptr1 = isLikeNone(path_name) ? 0 : passStringToWasm0(path_name, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
    var len1 = WASM_VECTOR_LEN;
    const ret = wasm.decode_to_packedsplats(ptr0, len0, ptr1, len1, encoding, isLikeNone(sh1_codes) ? 0 : addToExternrefTable0(sh1_codes), isLikeNone(sh2_codes) ? 0 : addToExternrefTable0(sh2_codes), isLikeNone(sh3_codes) ? 0 : addToExternrefTable0(sh3_codes));
    if (ret[2]) {
      throw takeFromExternrefTable0(ret[1]);
    }
    return ChunkDecoder.__wrap(ret[0]);
  }
  function dispose_lod_tree(lod_id) {
    wasm.dispose_lod_tree(lod_id);
  }
  function dynamic_traverse_lod_trees(max_splats, pixel_scale_limit, _last_pixel_limit, lod_ids, root_pages, view_to_objects, lod_scales, behind_foveates, cone_foveates, cone_fov0s, cone_fovs) {
    const ptr0 = passArray32ToWasm0(lod_ids, wasm.__wbindgen_malloc);
    const len0 = WASM_VECTOR_LEN;
    const ptr1 = passArray32ToWasm0(root_pages, wasm.__wbindgen_malloc);
    const len1 = WASM_VECTOR_LEN;
    const ptr2 = passArrayF32ToWasm0(view_to_objects, wasm.__wbindgen_malloc);
    const len2 = WASM_VECTOR_LEN;
    const ptr3 = passArrayF32ToWasm0(lod_scales, wasm.__wbindgen_malloc);
    const len3 = WASM_VECTOR_LEN;
    const ptr4 = passArrayF32ToWasm0(behind_foveates, wasm.__wbindgen_malloc);
    const len4 = WASM_VECTOR_LEN;
    const ptr5 = passArrayF32ToWasm0(cone_foveates, wasm.__wbindgen_malloc);
    const len5 = WASM_VECTOR_LEN;
    const ptr6 = passArrayF32ToWasm0(cone_fov0s, wasm.__wbindgen_malloc);
    const len6 = WASM_VECTOR_LEN;
    const ptr7 = passArrayF32ToWasm0(cone_fovs, wasm.__wbindgen_malloc);
    const len7 = WASM_VECTOR_LEN;
    const ret = wasm.dynamic_traverse_lod_trees(max_splats, pixel_scale_limit, isLikeNone(_last_pixel_limit) ? 4294967297 : Math.fround(_last_pixel_limit), ptr0, len0, ptr1, len1, ptr2, len2, ptr3, len3, ptr4, len4, ptr5, len5, ptr6, len6, ptr7, len7);
    if (ret[2]) {
      throw takeFromExternrefTable0(ret[1]);
    }
    return takeFromExternrefTable0(ret[0]);
  }
  function get_lod_tree_level(lod_id, level) {
    const ret = wasm.get_lod_tree_level(lod_id, level);
    if (ret[2]) {
      throw takeFromExternrefTable0(ret[1]);
    }
    return takeFromExternrefTable0(ret[0]);
  }
  function init_lod_tree(num_splats, lod_tree) {
    const ret = wasm.init_lod_tree(num_splats, lod_tree);
    if (ret[2]) {
      throw takeFromExternrefTable0(ret[1]);
    }
    return takeFromExternrefTable0(ret[0]);
  }
  function new_lod_tree(capacity) {
    const ret = wasm.new_lod_tree(capacity);
    if (ret[2]) {
      throw takeFromExternrefTable0(ret[1]);
    }
    return takeFromExternrefTable0(ret[0]);
  }
  function new_shared_lod_tree(orig_lod_id) {
    const ret = wasm.new_shared_lod_tree(orig_lod_id);
    if (ret[2]) {
      throw takeFromExternrefTable0(ret[1]);
    }
    return takeFromExternrefTable0(ret[0]);
  }
  function sort32_splats(num_splats, readback, ordering) {
    const ret = wasm.sort32_splats(num_splats, readback, ordering);
    return ret >>> 0;
  }
  function sort_splats(num_splats, readback, ordering) {
    const ret = wasm.sort_splats(num_splats, readback, ordering);
    return ret >>> 0;
  }
  function tiny_lod_extsplats(num_splats, ext1, ext2, extra, lod_base, merge_filter, rgba) {
    const ret = wasm.tiny_lod_extsplats(num_splats, ext1, ext2, isLikeNone(extra) ? 0 : addToExternrefTable0(extra), lod_base, merge_filter, isLikeNone(rgba) ? 0 : addToExternrefTable0(rgba));
    if (ret[2]) {
      throw takeFromExternrefTable0(ret[1]);
    }
    return takeFromExternrefTable0(ret[0]);
  }
  function tiny_lod_packedsplats(num_splats, packed, extra, lod_base, merge_filter, rgba, encoding) {
    const ret = wasm.tiny_lod_packedsplats(num_splats, packed, isLikeNone(extra) ? 0 : addToExternrefTable0(extra), lod_base, merge_filter, isLikeNone(rgba) ? 0 : addToExternrefTable0(rgba), encoding);
    if (ret[2]) {
      throw takeFromExternrefTable0(ret[1]);
    }
    return takeFromExternrefTable0(ret[0]);
  }
  function traverse_lod_trees(max_splats, pixel_scale_limit, _last_pixel_limit, lod_ids, root_pages, view_to_objects, lod_scales, behind_foveates, cone_foveates, cone_fov0s, cone_fovs) {
    const ptr0 = passArray32ToWasm0(lod_ids, wasm.__wbindgen_malloc);
    const len0 = WASM_VECTOR_LEN;
    const ptr1 = passArray32ToWasm0(root_pages, wasm.__wbindgen_malloc);
    const len1 = WASM_VECTOR_LEN;
    const ptr2 = passArrayF32ToWasm0(view_to_objects, wasm.__wbindgen_malloc);
    const len2 = WASM_VECTOR_LEN;
    const ptr3 = passArrayF32ToWasm0(lod_scales, wasm.__wbindgen_malloc);
    const len3 = WASM_VECTOR_LEN;
    const ptr4 = passArrayF32ToWasm0(behind_foveates, wasm.__wbindgen_malloc);
    const len4 = WASM_VECTOR_LEN;
    const ptr5 = passArrayF32ToWasm0(cone_foveates, wasm.__wbindgen_malloc);
    const len5 = WASM_VECTOR_LEN;
    const ptr6 = passArrayF32ToWasm0(cone_fov0s, wasm.__wbindgen_malloc);
    const len6 = WASM_VECTOR_LEN;
    const ptr7 = passArrayF32ToWasm0(cone_fovs, wasm.__wbindgen_malloc);
    const len7 = WASM_VECTOR_LEN;
    const ret = wasm.traverse_lod_trees(max_splats, pixel_scale_limit, isLikeNone(_last_pixel_limit) ? 4294967297 : Math.fround(_last_pixel_limit), ptr0, len0, ptr1, len1, ptr2, len2, ptr3, len3, ptr4, len4, ptr5, len5, ptr6, len6, ptr7, len7);
    if (ret[2]) {
      throw takeFromExternrefTable0(ret[1]);
    }
    return takeFromExternrefTable0(ret[0]);
  }
  function update_lod_trees(lod_ids, page_bases, chunk_bases, counts, lod_trees) {
    const ptr0 = passArray32ToWasm0(lod_ids, wasm.__wbindgen_malloc);
    const len0 = WASM_VECTOR_LEN;
    const ptr1 = passArray32ToWasm0(page_bases, wasm.__wbindgen_malloc);
    const len1 = WASM_VECTOR_LEN;
    const ptr2 = passArray32ToWasm0(chunk_bases, wasm.__wbindgen_malloc);
    const len2 = WASM_VECTOR_LEN;
    const ptr3 = passArray32ToWasm0(counts, wasm.__wbindgen_malloc);
    const len3 = WASM_VECTOR_LEN;
    const ret = wasm.update_lod_trees(ptr0, len0, ptr1, len1, ptr2, len2, ptr3, len3, lod_trees);
    if (ret[2]) {
      throw takeFromExternrefTable0(ret[1]);
    }
    return takeFromExternrefTable0(ret[0]);
  }
  function __wbg_get_imports() {
    const import0 = {
      __proto__: null,
      __wbg_Error_2e59b1b37a9a34c3: function(arg0, arg1) {
        const ret = Error(getStringFromWasm0(arg0, arg1));
        return ret;
      },
      __wbg___wbindgen_boolean_get_a86c216575a75c30: function(arg0) {
        const v = arg0;
        const ret = typeof v === "boolean" ? v : void 0;
        return isLikeNone(ret) ? 16777215 : ret ? 1 : 0;
      },
      __wbg___wbindgen_debug_string_dd5d2d07ce9e6c57: function(arg0, arg1) {
        const ret = debugString(arg1);
        const ptr1 = passStringToWasm0(ret, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
        const len1 = WASM_VECTOR_LEN;
        getDataViewMemory0().setInt32(arg0 + 4 * 1, len1, true);
        getDataViewMemory0().setInt32(arg0 + 4 * 0, ptr1, true);
      },
      __wbg___wbindgen_in_4bd7a57e54337366: function(arg0, arg1) {
        const ret = arg0 in arg1;
        return ret;
      },
      __wbg___wbindgen_is_falsy_c6ddfae1bb56d5ef: function(arg0) {
        const ret = !arg0;
        return ret;
      },
      __wbg___wbindgen_is_function_49868bde5eb1e745: function(arg0) {
        const ret = typeof arg0 === "function";
        return ret;
      },
      __wbg___wbindgen_is_object_40c5a80572e8f9d3: function(arg0) {
        const val = arg0;
        const ret = typeof val === "object" && val !== null;
        return ret;
      },
      __wbg___wbindgen_is_undefined_c0cca72b82b86f4d: function(arg0) {
        const ret = arg0 === void 0;
        return ret;
      },
      __wbg___wbindgen_jsval_loose_eq_3a72ae764d46d944: function(arg0, arg1) {
        const ret = arg0 == arg1;
        return ret;
      },
      __wbg___wbindgen_number_get_7579aab02a8a620c: function(arg0, arg1) {
        const obj = arg1;
        const ret = typeof obj === "number" ? obj : void 0;
        getDataViewMemory0().setFloat64(arg0 + 8 * 1, isLikeNone(ret) ? 0 : ret, true);
        getDataViewMemory0().setInt32(arg0 + 4 * 0, !isLikeNone(ret), true);
      },
      __wbg___wbindgen_string_get_914df97fcfa788f2: function(arg0, arg1) {
        const obj = arg1;
        const ret = typeof obj === "string" ? obj : void 0;
        var ptr1 = isLikeNone(ret) ? 0 : passStringToWasm0(ret, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
        var len1 = WASM_VECTOR_LEN;
        getDataViewMemory0().setInt32(arg0 + 4 * 1, len1, true);
        getDataViewMemory0().setInt32(arg0 + 4 * 0, ptr1, true);
      },
      __wbg___wbindgen_throw_81fc77679af83bc6: function(arg0, arg1) {
        throw new Error(getStringFromWasm0(arg0, arg1));
      },
      __wbg_call_7f2987183bb62793: function() {
        return handleError(function(arg0, arg1) {
          const ret = arg0.call(arg1);
          return ret;
        }, arguments);
      },
      __wbg_csplatarray_new: function(arg0) {
        const ret = CsplatArray.__wrap(arg0);
        return ret;
      },
      __wbg_done_547d467e97529006: function(arg0) {
        const ret = arg0.done;
        return ret;
      },
      __wbg_error_a6fa202b58aa1cd3: function(arg0, arg1) {
        let deferred0_0;
        let deferred0_1;
        try {
          deferred0_0 = arg0;
          deferred0_1 = arg1;
          console.error(getStringFromWasm0(arg0, arg1));
        } finally {
          wasm.__wbindgen_free(deferred0_0, deferred0_1, 1);
        }
      },
      __wbg_get_4848e350b40afc16: function(arg0, arg1) {
        const ret = arg0[arg1 >>> 0];
        return ret;
      },
      __wbg_get_ed0642c4b9d31ddf: function() {
        return handleError(function(arg0, arg1) {
          const ret = Reflect.get(arg0, arg1);
          return ret;
        }, arguments);
      },
      __wbg_get_f96702c6245e4ef9: function() {
        return handleError(function(arg0, arg1) {
          const ret = Reflect.get(arg0, arg1);
          return ret;
        }, arguments);
      },
      __wbg_get_unchecked_7d7babe32e9e6a54: function(arg0, arg1) {
        const ret = arg0[arg1 >>> 0];
        return ret;
      },
      __wbg_get_with_ref_key_6412cf3094599694: function(arg0, arg1) {
        const ret = arg0[arg1];
        return ret;
      },
      __wbg_gsplatarray_new: function(arg0) {
        const ret = GsplatArray.__wrap(arg0);
        return ret;
      },
      __wbg_instanceof_ArrayBuffer_ff7c1337a5e3b33a: function(arg0) {
        let result;
        try {
          result = arg0 instanceof ArrayBuffer;
        } catch (_) {
          result = false;
        }
        const ret = result;
        return ret;
      },
      __wbg_instanceof_Uint8Array_4b8da683deb25d72: function(arg0) {
        let result;
        try {
          result = arg0 instanceof Uint8Array;
        } catch (_) {
          result = false;
        }
        const ret = result;
        return ret;
      },
      __wbg_isArray_db61795ad004c139: function(arg0) {
        const ret = Array.isArray(arg0);
        return ret;
      },
      __wbg_iterator_de403ef31815a3e6: function() {
        const ret = Symbol.iterator;
        return ret;
      },
      __wbg_length_0c32cb8543c8e4c8: function(arg0) {
        const ret = arg0.length;
        return ret;
      },
      __wbg_length_1e701798fdcaa3b4: function(arg0) {
        const ret = arg0.length;
        return ret;
      },
      __wbg_length_6e821edde497a532: function(arg0) {
        const ret = arg0.length;
        return ret;
      },
      __wbg_length_a4ca9e78359b5f1f: function(arg0) {
        const ret = arg0.length;
        return ret;
      },
      __wbg_length_fd4646b401926788: function(arg0) {
        const ret = arg0.length;
        return ret;
      },
      __wbg_new_227d7c05414eb861: function() {
        const ret = new Error();
        return ret;
      },
      __wbg_new_4f9fafbb3909af72: function() {
        const ret = new Object();
        return ret;
      },
      __wbg_new_a560378ea1240b14: function(arg0) {
        const ret = new Uint8Array(arg0);
        return ret;
      },
      __wbg_new_f3c9df4f38f3f798: function() {
        const ret = new Array();
        return ret;
      },
      __wbg_new_from_slice_2580ff33d0d10520: function(arg0, arg1) {
        const ret = new Uint8Array(getArrayU8FromWasm0(arg0, arg1));
        return ret;
      },
      __wbg_new_with_length_26bffbe236bf73f9: function(arg0) {
        const ret = new Float32Array(arg0 >>> 0);
        return ret;
      },
      __wbg_new_with_length_41a22191b9bdfd66: function(arg0) {
        const ret = new Uint32Array(arg0 >>> 0);
        return ret;
      },
      __wbg_next_01132ed6134b8ef5: function(arg0) {
        const ret = arg0.next;
        return ret;
      },
      __wbg_next_b3713ec761a9dbfd: function() {
        return handleError(function(arg0) {
          const ret = arg0.next();
          return ret;
        }, arguments);
      },
      __wbg_prototypesetcall_3e05eb9545565046: function(arg0, arg1, arg2) {
        Uint8Array.prototype.set.call(getArrayU8FromWasm0(arg0, arg1), arg2);
      },
      __wbg_prototypesetcall_64c287a27cc24d27: function(arg0, arg1, arg2) {
        Uint16Array.prototype.set.call(getArrayU16FromWasm0(arg0, arg1), arg2);
      },
      __wbg_prototypesetcall_e42275e601e14eeb: function(arg0, arg1, arg2) {
        Uint32Array.prototype.set.call(getArrayU32FromWasm0(arg0, arg1), arg2);
      },
      __wbg_push_6bdbc990be5ac37b: function(arg0, arg1) {
        const ret = arg0.push(arg1);
        return ret;
      },
      __wbg_set_448126769bf7c181: function(arg0, arg1, arg2) {
        arg0.set(getArrayU32FromWasm0(arg1, arg2));
      },
      __wbg_set_6be42768c690e380: function(arg0, arg1, arg2) {
        arg0[arg1] = arg2;
      },
      __wbg_set_6c60b2e8ad0e9383: function(arg0, arg1, arg2) {
        arg0[arg1 >>> 0] = arg2;
      },
      __wbg_set_81b4174352e6a095: function(arg0, arg1, arg2) {
        arg0.set(arg1, arg2 >>> 0);
      },
      __wbg_set_8ee2d34facb8466e: function() {
        return handleError(function(arg0, arg1, arg2) {
          const ret = Reflect.set(arg0, arg1, arg2);
          return ret;
        }, arguments);
      },
      __wbg_set_a98c8da6557e63de: function(arg0, arg1, arg2) {
        arg0.set(getArrayF32FromWasm0(arg1, arg2));
      },
      __wbg_set_index_338a66e40fc45dee: function(arg0, arg1, arg2) {
        arg0[arg1 >>> 0] = arg2 >>> 0;
      },
      __wbg_stack_3b0d974bbf31e44f: function(arg0, arg1) {
        const ret = arg1.stack;
        const ptr1 = passStringToWasm0(ret, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
        const len1 = WASM_VECTOR_LEN;
        getDataViewMemory0().setInt32(arg0 + 4 * 1, len1, true);
        getDataViewMemory0().setInt32(arg0 + 4 * 0, ptr1, true);
      },
      __wbg_subarray_0f98d3fb634508ad: function(arg0, arg1, arg2) {
        const ret = arg0.subarray(arg1 >>> 0, arg2 >>> 0);
        return ret;
      },
      __wbg_subarray_517cd0f1811ab872: function(arg0, arg1, arg2) {
        const ret = arg0.subarray(arg1 >>> 0, arg2 >>> 0);
        return ret;
      },
      __wbg_subarray_d51e89458b3fdbf6: function(arg0, arg1, arg2) {
        const ret = arg0.subarray(arg1 >>> 0, arg2 >>> 0);
        return ret;
      },
      __wbg_value_7f6052747ccf940f: function(arg0) {
        const ret = arg0.value;
        return ret;
      },
      __wbindgen_cast_0000000000000001: function(arg0) {
        const ret = arg0;
        return ret;
      },
      __wbindgen_cast_0000000000000002: function(arg0, arg1) {
        const ret = getArrayF32FromWasm0(arg0, arg1);
        return ret;
      },
      __wbindgen_cast_0000000000000003: function(arg0, arg1) {
        const ret = getArrayU32FromWasm0(arg0, arg1);
        return ret;
      },
      __wbindgen_cast_0000000000000004: function(arg0, arg1) {
        const ret = getStringFromWasm0(arg0, arg1);
        return ret;
      },
      __wbindgen_cast_0000000000000005: function(arg0) {
        const ret = BigInt.asUintN(64, arg0);
        return ret;
      },
      __wbindgen_init_externref_table: function() {
        const table = wasm.__wbindgen_externrefs;
        const offset = table.grow(4);
        table.set(0, void 0);
        table.set(offset + 0, void 0);
        table.set(offset + 1, null);
        table.set(offset + 2, true);
        table.set(offset + 3, false);
      }
    };
    return {
      __proto__: null,
      "./spark_rs_bg.js": import0
    };
  }
  const ChunkDecoderFinalization = typeof FinalizationRegistry === "undefined" ? { register: () => {
  }, unregister: () => {
  } } : new FinalizationRegistry((ptr) => wasm.__wbg_chunkdecoder_free(ptr >>> 0, 1));
  const CsplatArrayFinalization = typeof FinalizationRegistry === "undefined" ? { register: () => {
  }, unregister: () => {
  } } : new FinalizationRegistry((ptr) => wasm.__wbg_csplatarray_free(ptr >>> 0, 1));
  const GsplatArrayFinalization = typeof FinalizationRegistry === "undefined" ? { register: () => {
  }, unregister: () => {
  } } : new FinalizationRegistry((ptr) => wasm.__wbg_gsplatarray_free(ptr >>> 0, 1));
  function addToExternrefTable0(obj) {
    const idx = wasm.__externref_table_alloc();
    wasm.__wbindgen_externrefs.set(idx, obj);
    return idx;
  }
  function _assertClass(instance, klass) {
    if (!(instance instanceof klass)) {
      throw new Error(\`expected instance of \${klass.name}\`);
    }
  }
  function debugString(val) {
    const type = typeof val;
    if (type == "number" || type == "boolean" || val == null) {
      return \`\${val}\`;
    }
    if (type == "string") {
      return \`"\${val}"\`;
    }
    if (type == "symbol") {
      const description = val.description;
      if (description == null) {
        return "Symbol";
      } else {
        return \`Symbol(\${description})\`;
      }
    }
    if (type == "function") {
      const name = val.name;
      if (typeof name == "string" && name.length > 0) {
        return \`Function(\${name})\`;
      } else {
        return "Function";
      }
    }
    if (Array.isArray(val)) {
      const length = val.length;
      let debug = "[";
      if (length > 0) {
        debug += debugString(val[0]);
      }
      for (let i = 1; i < length; i++) {
        debug += ", " + debugString(val[i]);
      }
      debug += "]";
      return debug;
    }
    const builtInMatches = /\\[object ([^\\]]+)\\]/.exec(toString.call(val));
    let className;
    if (builtInMatches && builtInMatches.length > 1) {
      className = builtInMatches[1];
    } else {
      return toString.call(val);
    }
    if (className == "Object") {
      try {
        return "Object(" + JSON.stringify(val) + ")";
      } catch (_) {
        return "Object";
      }
    }
    if (val instanceof Error) {
      return \`\${val.name}: \${val.message}
\${val.stack}\`;
    }
    return className;
  }
  function getArrayF32FromWasm0(ptr, len) {
    ptr = ptr >>> 0;
    return getFloat32ArrayMemory0().subarray(ptr / 4, ptr / 4 + len);
  }
  function getArrayU16FromWasm0(ptr, len) {
    ptr = ptr >>> 0;
    return getUint16ArrayMemory0().subarray(ptr / 2, ptr / 2 + len);
  }
  function getArrayU32FromWasm0(ptr, len) {
    ptr = ptr >>> 0;
    return getUint32ArrayMemory0().subarray(ptr / 4, ptr / 4 + len);
  }
  function getArrayU8FromWasm0(ptr, len) {
    ptr = ptr >>> 0;
    return getUint8ArrayMemory0().subarray(ptr / 1, ptr / 1 + len);
  }
  let cachedDataViewMemory0 = null;
  function getDataViewMemory0() {
    if (cachedDataViewMemory0 === null || cachedDataViewMemory0.buffer.detached === true || cachedDataViewMemory0.buffer.detached === void 0 && cachedDataViewMemory0.buffer !== wasm.memory.buffer) {
      cachedDataViewMemory0 = new DataView(wasm.memory.buffer);
    }
    return cachedDataViewMemory0;
  }
  let cachedFloat32ArrayMemory0 = null;
  function getFloat32ArrayMemory0() {
    if (cachedFloat32ArrayMemory0 === null || cachedFloat32ArrayMemory0.byteLength === 0) {
      cachedFloat32ArrayMemory0 = new Float32Array(wasm.memory.buffer);
    }
    return cachedFloat32ArrayMemory0;
  }
  function getStringFromWasm0(ptr, len) {
    ptr = ptr >>> 0;
    return decodeText(ptr, len);
  }
  let cachedUint16ArrayMemory0 = null;
  function getUint16ArrayMemory0() {
    if (cachedUint16ArrayMemory0 === null || cachedUint16ArrayMemory0.byteLength === 0) {
      cachedUint16ArrayMemory0 = new Uint16Array(wasm.memory.buffer);
    }
    return cachedUint16ArrayMemory0;
  }
  let cachedUint32ArrayMemory0 = null;
  function getUint32ArrayMemory0() {
    if (cachedUint32ArrayMemory0 === null || cachedUint32ArrayMemory0.byteLength === 0) {
      cachedUint32ArrayMemory0 = new Uint32Array(wasm.memory.buffer);
    }
    return cachedUint32ArrayMemory0;
  }
  let cachedUint8ArrayMemory0 = null;
  function getUint8ArrayMemory0() {
    if (cachedUint8ArrayMemory0 === null || cachedUint8ArrayMemory0.byteLength === 0) {
      cachedUint8ArrayMemory0 = new Uint8Array(wasm.memory.buffer);
    }
    return cachedUint8ArrayMemory0;
  }
  function handleError(f, args) {
    try {
      return f.apply(this, args);
    } catch (e) {
      const idx = addToExternrefTable0(e);
      wasm.__wbindgen_exn_store(idx);
    }
  }
  function isLikeNone(x) {
    return x === void 0 || x === null;
  }
  function passArray32ToWasm0(arg, malloc) {
    const ptr = malloc(arg.length * 4, 4) >>> 0;
    getUint32ArrayMemory0().set(arg, ptr / 4);
    WASM_VECTOR_LEN = arg.length;
    return ptr;
  }
  function passArrayF32ToWasm0(arg, malloc) {
    const ptr = malloc(arg.length * 4, 4) >>> 0;
    getFloat32ArrayMemory0().set(arg, ptr / 4);
    WASM_VECTOR_LEN = arg.length;
    return ptr;
  }
  function passStringToWasm0(arg, malloc, realloc) {
    if (realloc === void 0) {
      const buf = cachedTextEncoder.encode(arg);
      const ptr2 = malloc(buf.length, 1) >>> 0;
      getUint8ArrayMemory0().subarray(ptr2, ptr2 + buf.length).set(buf);
      WASM_VECTOR_LEN = buf.length;
      return ptr2;
    }
    let len = arg.length;
    let ptr = malloc(len, 1) >>> 0;
    const mem = getUint8ArrayMemory0();
    let offset = 0;
    for (; offset < len; offset++) {
      const code = arg.charCodeAt(offset);
      if (code > 127) break;
      mem[ptr + offset] = code;
    }
    if (offset !== len) {
      if (offset !== 0) {
        arg = arg.slice(offset);
      }
      ptr = realloc(ptr, len, len = offset + arg.length * 3, 1) >>> 0;
      const view = getUint8ArrayMemory0().subarray(ptr + offset, ptr + len);
      const ret = cachedTextEncoder.encodeInto(arg, view);
      offset += ret.written;
      ptr = realloc(ptr, len, offset, 1) >>> 0;
    }
    WASM_VECTOR_LEN = offset;
    return ptr;
  }
  function takeFromExternrefTable0(idx) {
    const value = wasm.__wbindgen_externrefs.get(idx);
    wasm.__externref_table_dealloc(idx);
    return value;
  }
  let cachedTextDecoder = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });
  cachedTextDecoder.decode();
  const MAX_SAFARI_DECODE_BYTES = 2146435072;
  let numBytesDecoded = 0;
  function decodeText(ptr, len) {
    numBytesDecoded += len;
    if (numBytesDecoded >= MAX_SAFARI_DECODE_BYTES) {
      cachedTextDecoder = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });
      cachedTextDecoder.decode();
      numBytesDecoded = len;
    }
    return cachedTextDecoder.decode(getUint8ArrayMemory0().subarray(ptr, ptr + len));
  }
  const cachedTextEncoder = new TextEncoder();
  if (!("encodeInto" in cachedTextEncoder)) {
    cachedTextEncoder.encodeInto = function(arg, view) {
      const buf = cachedTextEncoder.encode(arg);
      view.set(buf);
      return {
        read: arg.length,
        written: buf.length
      };
    };
  }
  let WASM_VECTOR_LEN = 0;
  let wasm;
  function __wbg_finalize_init(instance, module) {
    wasm = instance.exports;
    cachedDataViewMemory0 = null;
    cachedFloat32ArrayMemory0 = null;
    cachedUint16ArrayMemory0 = null;
    cachedUint32ArrayMemory0 = null;
    cachedUint8ArrayMemory0 = null;
    wasm.__wbindgen_start();
    return wasm;
  }
  async function __wbg_load(module, imports) {
    if (typeof Response === "function" && module instanceof Response) {
      if (typeof WebAssembly.instantiateStreaming === "function") {
        try {
          return await WebAssembly.instantiateStreaming(module, imports);
        } catch (e) {
          const validResponse = module.ok && expectedResponseType(module.type);
          if (validResponse && module.headers.get("Content-Type") !== "application/wasm") {
            console.warn("\`WebAssembly.instantiateStreaming\` failed because your server does not serve Wasm with \`application/wasm\` MIME type. Falling back to \`WebAssembly.instantiate\` which is slower. Original error:\\n", e);
          } else {
            throw e;
          }
        }
      }
      const bytes = await module.arrayBuffer();
      return await WebAssembly.instantiate(bytes, imports);
    } else {
      const instance = await WebAssembly.instantiate(module, imports);
      if (instance instanceof WebAssembly.Instance) {
        return { instance, module };
      } else {
        return instance;
      }
    }
    function expectedResponseType(type) {
      switch (type) {
        case "basic":
        case "cors":
        case "default":
          return true;
      }
      return false;
    }
  }
  async function __wbg_init(module_or_path) {
    if (wasm !== void 0) return wasm;
    if (module_or_path !== void 0) {
      if (Object.getPrototypeOf(module_or_path) === Object.prototype) {
        ({ module_or_path } = module_or_path);
      } else {
        console.warn("using deprecated parameters for the initialization function; pass a single object instead");
      }
    }
    const imports = __wbg_get_imports();
    if (typeof module_or_path === "string" || typeof Request === "function" && module_or_path instanceof Request || typeof URL === "function" && module_or_path instanceof URL) {
      module_or_path = fetch(module_or_path);
    }
    const { instance } = await __wbg_load(await module_or_path, imports);
    return __wbg_finalize_init(instance);
  }
  const rpcHandlers = {
    sortSplats16,
    sortSplats32,
    loadPackedSplats,
    loadExtSplats,
    tinyLodPackedSplats,
    qualityLodPackedSplats,
    tinyLodExtSplats,
    qualityLodExtSplats,
    newLodTree,
    newSharedLodTree,
    initLodTree,
    disposeLodTree,
    updateLodTrees,
    traverseLodTrees,
    getLodTreeLevel,
    nextChunk
  };
  async function onMessage(event) {
    const {
      id,
      name,
      args
    } = event.data;
    try {
      const handler = rpcHandlers[name];
      if (!handler) {
        throw new Error(\`Unknown worker RPC: \${name}\`);
      }
      const sendStatus = (data) => {
        self.postMessage(
          { id, status: data },
          { transfer: getTransferable(data) }
        );
      };
      const result = await handler(args, { sendStatus });
      self.postMessage({ id, result }, { transfer: getTransferable(result) });
    } catch (error) {
      console.warn(\`Worker error: \${error}\`);
      self.postMessage({ id, error }, { transfer: getTransferable(error) });
    }
  }
  function sortSplats16({
    numSplats,
    readback,
    ordering
  }) {
    const activeSplats = sort_splats(numSplats, readback, ordering);
    return { activeSplats, readback, ordering };
  }
  function sortSplats32({
    numSplats,
    readback,
    ordering
  }) {
    const activeSplats = sort32_splats(numSplats, readback, ordering);
    return { activeSplats, readback, ordering };
  }
  async function decodeBytesUrl({
    decoder,
    fileBytes,
    url,
    requestHeader,
    withCredentials,
    chunked,
    chunkedLength,
    sendStatus
  }) {
    let readStream;
    let streamLength = 0;
    if (fileBytes) {
      readStream = new ReadableStream({
        start(controller) {
          controller.enqueue(fileBytes);
          controller.close();
        }
      });
      streamLength = fileBytes.length;
    } else if (url) {
      const request = new Request(url, {
        headers: requestHeader ? new Headers(requestHeader) : void 0,
        credentials: withCredentials ? "include" : "same-origin"
      });
      const response = await fetch(request);
      if (!response.ok || !response.body) {
        throw new Error(
          \`Failed to fetch "\${url}": \${response.status} \${response.statusText}\`
        );
      }
      readStream = response.body;
      const contentLength = Number.parseInt(
        response.headers.get("Content-Length") || "0"
      );
      streamLength = Number.isNaN(contentLength) ? 0 : contentLength;
    } else if (chunked) {
      readStream = new ReadableStream({
        async start(controller) {
          async function readNext() {
            const readNextChunk = new Promise((resolve) => {
              nextChunkWaiter = resolve;
            });
            sendStatus({ nextChunk: true });
            const nextChunk2 = await readNextChunk;
            if (nextChunk2.length === 0) {
              controller.close();
              return true;
            }
            controller.enqueue(nextChunk2);
            return false;
          }
          let final;
          do {
            final = await readNext();
          } while (!final);
        }
      });
      streamLength = chunkedLength ?? 0;
    } else {
      throw new Error("No url or fileBytes provided");
    }
    const reader = readStream.getReader();
    let loaded = 0;
    while (true) {
      const { done, value } = await reader.read();
      if (done) {
        reader.releaseLock();
        break;
      }
      loaded += value.length;
      sendStatus({ loaded, total: streamLength });
      decoder.push(value);
    }
    const decoded = decoder.finish();
    return decoded;
  }
  function toPackedResult(packed) {
    return {
      numSplats: packed.numSplats,
      packedArray: packed.packed,
      extra: {
        sh1: packed.sh1,
        sh2: packed.sh2,
        sh3: packed.sh3,
        sh1Codes: packed.sh1Codes,
        sh2Codes: packed.sh2Codes,
        sh3Codes: packed.sh3Codes,
        lodTree: packed.lodTree
      },
      splatEncoding: packed.splatEncoding
    };
  }
  async function loadPackedSplats({
    url,
    requestHeader,
    withCredentials,
    fileBytes,
    fileType,
    pathName,
    chunked,
    chunkedLength,
    encoding,
    lod,
    lodBase,
    lodAbove,
    nonLod,
    sh1Codes,
    sh2Codes,
    sh3Codes
  }, {
    sendStatus
  }) {
    if (!lod) {
      const decoder2 = decode_to_packedsplats(
        fileType,
        pathName ?? url,
        encoding,
        sh1Codes,
        sh2Codes,
        sh3Codes
      );
      const decoded2 = await decodeBytesUrl({
        decoder: decoder2,
        fileBytes,
        url,
        requestHeader,
        withCredentials,
        chunked,
        chunkedLength,
        sendStatus
      });
      const result2 = toPackedResult(decoded2);
      if (result2.splatEncoding.lodOpacity) {
        return { lodSplats: result2 };
      }
      return result2;
    }
    const decoder = decode_to_csplatarray(fileType, pathName ?? url, encoding);
    const decoded = await decodeBytesUrl({
      decoder,
      fileBytes,
      url,
      requestHeader,
      withCredentials,
      chunked,
      chunkedLength,
      sendStatus
    });
    if (decoded.has_lod()) {
      const result2 = toPackedResult(
        decoded.to_packedsplats_lod()
      );
      return { lodSplats: result2 };
    }
    if (lodAbove !== void 0) {
      if (decoded.len() < lodAbove) {
        return toPackedResult(decoded.to_packedsplats());
      }
    }
    let result = {};
    if (nonLod) {
      result = toPackedResult(decoded.to_packedsplats());
    }
    const initialSplats = decoded.len();
    const lodName = lod === "quality" ? "Bhatt" : "Tiny";
    console.log(
      \`Loaded \${initialSplats} splats. Starting \${lodName} LoD build...\`
    );
    const lodStart = performance.now();
    if (lod === "quality") {
      const base = Math.max(1.1, Math.min(2, lodBase ?? 1.25));
      decoded.bhatt_lod(base);
    } else {
      const base = Math.max(1.1, Math.min(2, lodBase ?? 1.5));
      decoded.tiny_lod(base, false);
    }
    const lodDuration = performance.now() - lodStart;
    console.log(
      \`\${lodName} LoD: \${initialSplats} -> \${decoded.len()} (\${lodDuration} ms)\`
    );
    const lodPacked = decoded.to_packedsplats_lod();
    result.lodSplats = toPackedResult(lodPacked);
    return result;
  }
  function toExtResult(packed) {
    return {
      numSplats: packed.numSplats,
      extArrays: [packed.ext0, packed.ext1],
      extra: {
        sh1: packed.sh1,
        sh2: packed.sh2,
        sh3a: packed.sh3a,
        sh3b: packed.sh3b,
        sh1Codes: packed.sh1Codes,
        sh2Codes: packed.sh2Codes,
        sh3Codes: packed.sh3Codes,
        lodTree: packed.lodTree
      }
    };
  }
  async function loadExtSplats({
    url,
    requestHeader,
    withCredentials,
    fileBytes,
    fileType,
    pathName,
    chunked,
    chunkedLength,
    lod,
    lodBase,
    lodAbove,
    nonLod,
    sh1Codes,
    sh2Codes,
    sh3Codes
  }, {
    sendStatus
  }) {
    if (!lod) {
      const decoder2 = decode_to_extsplats(
        fileType,
        pathName ?? url,
        sh1Codes,
        sh2Codes,
        sh3Codes
      );
      const decoded2 = await decodeBytesUrl({
        decoder: decoder2,
        fileBytes,
        url,
        requestHeader,
        withCredentials,
        chunked,
        chunkedLength,
        sendStatus
      });
      const result2 = toExtResult(decoded2);
      if (result2.extra.lodTree) {
        return { lodSplats: result2 };
      }
      return result2;
    }
    const decoder = decode_to_gsplatarray(fileType, pathName ?? url);
    const decoded = await decodeBytesUrl({
      decoder,
      fileBytes,
      url,
      requestHeader,
      withCredentials,
      chunked,
      chunkedLength,
      sendStatus
    });
    if (decoded.has_lod()) {
      return {
        lodSplats: toExtResult(decoded.to_extsplats_lod())
      };
    }
    if (lodAbove !== void 0) {
      if (decoded.len() < lodAbove) {
        return toExtResult(decoded.to_extsplats());
      }
    }
    let result = {};
    if (nonLod) {
      result = toExtResult(decoded.to_extsplats());
    }
    const initialSplats = decoded.len();
    const lodName = lod === "quality" ? "Bhatt" : "Tiny";
    console.log(
      \`Loaded \${initialSplats} splats. Starting \${lodName} LoD build...\`
    );
    const lodStart = performance.now();
    if (lod === "quality") {
      const base = Math.max(1.1, Math.min(2, lodBase ?? 1.75));
      decoded.bhatt_lod(base);
    } else {
      const base = Math.max(1.1, Math.min(2, lodBase ?? 1.5));
      decoded.tiny_lod(base, false);
    }
    const lodDuration = performance.now() - lodStart;
    console.log(
      \`\${lodName} LoD: \${initialSplats} -> \${decoded.len()} (\${lodDuration} ms)\`
    );
    const lodPacked = decoded.to_extsplats_lod();
    result.lodSplats = toExtResult(lodPacked);
    return result;
  }
  async function tinyLodPackedSplats({
    numSplats,
    packedArray,
    extra,
    lodBase,
    rgba,
    encoding
  }) {
    const base = Math.max(1.1, Math.min(2, lodBase ?? 1.5));
    const lodStart = performance.now();
    const filter = false;
    const decoded = tiny_lod_packedsplats(
      numSplats,
      packedArray,
      extra,
      base,
      filter,
      rgba,
      encoding
    );
    const lodDuration = performance.now() - lodStart;
    const result = toPackedResult(decoded);
    console.log(
      \`Tiny LoD: \${numSplats} -> \${result.numSplats} (\${lodDuration} ms)\`
    );
    return result;
  }
  async function qualityLodPackedSplats({
    numSplats,
    packedArray,
    extra,
    lodBase,
    rgba,
    encoding
  }) {
    const base = Math.max(1.1, Math.min(2, lodBase ?? 1.75));
    const lodStart = performance.now();
    const decoded = bhatt_lod_packedsplats(
      numSplats,
      packedArray,
      extra,
      base,
      rgba,
      encoding
    );
    const lodDuration = performance.now() - lodStart;
    const result = toPackedResult(decoded);
    console.log(
      \`Bhatt LoD: \${numSplats} -> \${result.numSplats} (\${lodDuration} ms)\`
    );
    return result;
  }
  async function tinyLodExtSplats({
    numSplats,
    extArrays,
    extra,
    lodBase,
    rgba,
    encoding
  }) {
    const base = Math.max(1.1, Math.min(2, lodBase ?? 1.5));
    const lodStart = performance.now();
    const filter = false;
    const decoded = tiny_lod_extsplats(
      numSplats,
      extArrays[0],
      extArrays[1],
      extra,
      base,
      filter,
      rgba
    );
    const lodDuration = performance.now() - lodStart;
    const result = toExtResult(decoded);
    console.log(
      \`Tiny LoD: \${numSplats} -> \${result.numSplats} (\${lodDuration} ms)\`
    );
    return result;
  }
  async function qualityLodExtSplats({
    numSplats,
    extArrays,
    extra,
    lodBase,
    rgba,
    encoding
  }) {
    const base = Math.max(1.1, Math.min(2, lodBase ?? 1.75));
    const lodStart = performance.now();
    const decoded = bhatt_lod_extsplats(
      numSplats,
      extArrays[0],
      extArrays[1],
      extra,
      base,
      rgba
    );
    const lodDuration = performance.now() - lodStart;
    const result = toExtResult(decoded);
    console.log(
      \`Bhatt LoD: \${numSplats} -> \${result.numSplats} (\${lodDuration} ms)\`
    );
    return result;
  }
  function newLodTree({
    capacity
  }) {
    const { lodId } = new_lod_tree(capacity);
    return { lodId };
  }
  function newSharedLodTree({
    lodId
  }) {
    const { lodId: newLodId } = new_shared_lod_tree(lodId);
    return { lodId: newLodId };
  }
  function initLodTree({
    numSplats,
    lodTree
  }) {
    const { lodId, chunkToPage } = init_lod_tree(numSplats, lodTree);
    return { lodId, chunkToPage };
  }
  function disposeLodTree({ lodId }) {
    dispose_lod_tree(lodId);
  }
  function updateLodTrees({
    ranges
  }) {
    const lodIds = new Uint32Array(ranges.map(({ lodId }) => lodId));
    const pageBases = new Uint32Array(ranges.map(({ pageBase }) => pageBase));
    const chunkBases = new Uint32Array(ranges.map(({ chunkBase }) => chunkBase));
    const counts = new Uint32Array(ranges.map(({ count }) => count));
    const lodTreeData = ranges.map(({ lodTreeData: lodTreeData2 }) => lodTreeData2);
    update_lod_trees(
      lodIds,
      pageBases,
      chunkBases,
      counts,
      lodTreeData
    );
  }
  function traverseLodTrees({
    maxSplats,
    pixelScaleLimit,
    lastPixelLimit,
    instances,
    traverseMode
  }) {
    const keyInstances = Object.entries(instances);
    const lodIds = new Uint32Array(
      keyInstances.map(([_key, instance]) => instance.lodId)
    );
    const rootPages = new Uint32Array(
      keyInstances.map(([_key, instance]) => instance.rootPage ?? 4294967295)
    );
    const viewToObjects = new Float32Array(
      keyInstances.flatMap(([_key, instance]) => {
        if (instance.viewToObjectCols.length !== 16) {
          throw new Error("Incorrect array size for viewToObjectCols");
        }
        return instance.viewToObjectCols;
      })
    );
    const lodScales = new Float32Array(
      keyInstances.map(([_key, instance]) => instance.lodScale)
    );
    const behindFoveates = new Float32Array(
      keyInstances.map(([_key, instance]) => instance.behindFoveate)
    );
    const coneFov0s = new Float32Array(
      keyInstances.map(([_key, instance]) => instance.coneFov0)
    );
    const coneFovs = new Float32Array(
      keyInstances.map(([_key, instance]) => instance.coneFov)
    );
    const coneFoveates = new Float32Array(
      keyInstances.map(([_key, instance]) => instance.coneFoveate)
    );
    const lodFunction = traverseMode === "dynamic" ? dynamic_traverse_lod_trees : traverse_lod_trees;
    const result = lodFunction(
      maxSplats,
      pixelScaleLimit,
      lastPixelLimit,
      lodIds,
      rootPages,
      viewToObjects,
      lodScales,
      behindFoveates,
      coneFoveates,
      coneFov0s,
      coneFovs
    );
    const { instanceIndices, chunks, pixelLimit } = result;
    const indices = keyInstances.reduce(
      (indices2, [key, _instance], index) => {
        indices2[key] = instanceIndices[index];
        return indices2;
      },
      {}
    );
    return {
      keyIndices: indices,
      chunks,
      pixelLimit
    };
  }
  function getLodTreeLevel({
    lodId,
    level
  }) {
    return get_lod_tree_level(lodId, level);
  }
  let nextChunkWaiter = (_chunk) => {
  };
  async function nextChunk({ chunk }) {
    nextChunkWaiter(chunk);
  }
  function getTransferable(ctx) {
    const buffers = [];
    const seen = /* @__PURE__ */ new Set();
    function traverse(obj) {
      if (obj && typeof obj === "object" && !seen.has(obj)) {
        seen.add(obj);
        if (obj instanceof ArrayBuffer) {
          buffers.push(obj);
        } else if (ArrayBuffer.isView(obj)) {
          buffers.push(obj.buffer);
        } else if (Array.isArray(obj)) {
          obj.forEach(traverse);
        } else {
          Object.values(obj).forEach(traverse);
        }
      }
    }
    traverse(ctx);
    return buffers;
  }
  async function initialize() {
    let resolveWaitForModule;
    const waitForModule = new Promise((resolve) => {
      resolveWaitForModule = resolve;
    });
    const pending = [];
    const bufferMessage = (event) => {
      if (event.data.name === "init-wasm") {
        resolveWaitForModule(event.data.module);
        return;
      }
      pending.push(event);
    };
    self.addEventListener("message", bufferMessage);
    await __wbg_init({ module_or_path: await waitForModule });
    self.removeEventListener("message", bufferMessage);
    self.addEventListener("message", onMessage);
    for (const event of pending) {
      onMessage(event);
    }
    pending.length = 0;
  }
  initialize().catch(console.error);
})();
//# sourceMappingURL=worker-D4QoimE1.js.map
`,Qd=typeof self<`u`&&self.Blob&&new Blob([Zd],{type:`text/javascript;charset=utf-8`});function $d(e){let t;try{if(t=Qd&&(self.URL||self.webkitURL).createObjectURL(Qd),!t)throw``;let n=new Worker(t,{name:e?.name});return n.addEventListener(`error`,()=>{(self.URL||self.webkitURL).revokeObjectURL(t)}),n}catch{return new Worker(`data:text/javascript;charset=utf-8,`+encodeURIComponent(Zd),{name:e?.name})}finally{t&&(self.URL||self.webkitURL).revokeObjectURL(t)}}var ef=class e{constructor(){this.queue=null,this.messages={},this.worker=new $d,this.worker.onmessage=e=>this.onMessage(e),qd.then(e=>{this.worker.postMessage({name:`init-wasm`,module:e})})}onMessage(e){var t;let{id:n,result:r,error:i,status:a}=e.data,o=this.messages[n];o&&(i===void 0?a===void 0?(delete this.messages[n],o.resolve(r)):(t=o.onStatus)==null||t.call(o,a):(delete this.messages[n],o.reject(i)))}tryExclusive(e){return this.queue==null?this.exclusive(e):null}async exclusive(e){let t=this.queue;t==null?this.queue=[]:await new Promise(e=>{t.push(()=>e(void 0))});try{return await e(this)}finally{this.queue!=null&&(this.queue.length===0?this.queue=null:this.queue.shift()())}}async call(t,n,r={}){let i=++e.currentId,a=new Promise((e,t)=>{this.messages[i]={resolve:e,reject:t,onStatus:r.onStatus}});return this.worker.postMessage({id:i,name:t,args:n},{transfer:gu(n)}),await a}dispose(){this.worker.terminate();let e=Object.values(this.messages);this.messages={};for(let t of e)t.reject(Error(`Worker terminate`))}};ef.currentId=0;var tf=ef,nf=new class{constructor(e=4){this.numWorkers=0,this.freelist=[],this.queue=[],this.maxWorkers=e}async withWorker(e){let t=await this.allocWorker();try{return await e(t)}finally{this.freeWorker(t)}}async allocWorker(){let e=this.freelist.pop();if(e)return e;if(this.numWorkers<this.maxWorkers){let e=new tf;return this.numWorkers+=1,e}return new Promise(e=>{this.queue.push(e)})}freeWorker(e){if(this.numWorkers>this.maxWorkers){--this.numWorkers;return}let t=this.queue.shift();t?t(e):this.freelist.push(e)}},rf=class e{constructor(e={}){this.maxSplats=0,this.numSplats=0,this.packedArray=null,this.maxSh=3,this.isInitialized=!1,this.target=null,this.source=null,this.needsUpdate=!0,this.extra={},this.dyno=new of({packedSplats:this}),this.dynoRgbMinMaxLnScaleMinMax=new ll({key:`rgbMinMaxLnScaleMinMax`,value:new Le(0,1,-12,9),update:e=>(e.set(this.splatEncoding?.rgbMin??0,this.splatEncoding?.rgbMax??1,this.splatEncoding?.lnScaleMin??-12,this.splatEncoding?.lnScaleMax??9),e)}),this.dynoNumSh=new ol({key:`numSh`,value:0,update:()=>Math.min(this.getNumSh(),this.maxSh)}),this.dynoShMax=new cl({key:`shMax`,value:new V,update:e=>(e.set(this.splatEncoding?.sh1Max??1,this.splatEncoding?.sh2Max??1,this.splatEncoding?.sh3Max??1),e)}),this.initialized=Promise.resolve(this),this.reinitialize(e)}reinitialize(e){this.isInitialized=!1,this.extra={},this.maxSplats=e.maxSplats??0,this.splatEncoding=e.splatEncoding,this.lod=e.lod,this.nonLod=e.nonLod,e.url||e.fileBytes||e.stream||e.construct?this.initialized=this.asyncInitialize(e).then(()=>(this.isInitialized=!0,this)):(this.initialize(e),this.isInitialized=!0,this.initialized=Promise.resolve(this))}initialize(e){this.extra=e.extra??{},this.splatEncoding=e.splatEncoding??this.splatEncoding,this.lodSplats=e.lodSplats,e.packedArray?(this.packedArray=e.packedArray,this.numSplats=e.numSplats??this.packedArray.length/4,this.maxSplats=Math.floor(this.packedArray.length/4),this.maxSplats=Math.floor(this.maxSplats/Z)*Z,this.numSplats=Math.min(this.maxSplats,e.numSplats??1/0)):(this.maxSplats=e.maxSplats??0,this.numSplats=0)}async asyncInitialize(e){let{url:t,fileBytes:n,fileType:r,fileName:i,stream:a,streamLength:o,construct:s,lod:c,nonLod:l,lodAbove:u}=e;this.lod=c,this.nonLod=l;let d=new df;if((n||t||a)&&await d.loadInternalAsync({packedSplats:this,url:t,fileBytes:n,fileType:r,fileName:i,stream:a,streamLength:o,onProgress:e.onProgress,lodAbove:u}),s){let e=s(this);e instanceof Promise&&await e}}dispose(){this.target&&=(this.target.dispose(),this.target.texture.source.data=null,null),this.source&&=(this.source.dispose(),this.source.source.data=null,null),this.packedArray=null;for(let e in this.extra){let t=this.extra[e];if(t instanceof il){let e=t.value;e?.isTexture&&(e.dispose(),e.source.data=null)}}this.extra={},this.disposeLodSplats()}prepareFetchSplat(){}getNumSplats(){return this.numSplats}hasRgbDir(){return Math.min(this.getNumSh(),this.maxSh)>0}getNumSh(){return this.extra.sh1?this.extra.sh2?this.extra.sh3?3:2:1:0}setMaxSh(e){this.maxSh=e}fetchSplat({index:e,viewOrigin:t}){let n=yc(this.dyno,e);if(this.hasRgbDir()&&t){let r=Sc(n).outputs.center,i=Zu(Ku(r,t)),{sh1Texture:a,sh2Texture:o,sh3Texture:s}=this.ensureShTextures(),{rgb:c}=uf({coord:Tc(e),viewDir:i,numSh:this.dynoNumSh,sh1Texture:a,sh2Texture:o,sh3Texture:s,shMax:this.dynoShMax});c=Gu(c,Sc(n).outputs.rgb),n=Cc({gsplat:n,rgb:c})}return n}ensureShTextures(){if(!this.extra.sh1)return{};let e=this.extra.sh1Texture;if(!e){let t=this.extra.sh1,{width:n,height:r,depth:i,maxSplats:a}=Cu(t.length/2);if(t.length<a*2){let e=new Uint32Array(a*2);e.set(t),this.extra.sh1=e,t=e}let o=new G(t,n,r,i);o.format=x,o.type=u,o.internalFormat=`RG32UI`,o.needsUpdate=!0,e=new fl({value:o,key:`sh1`}),this.extra.sh1Texture=e}if(!this.extra.sh2)return{sh1Texture:e};let t=this.extra.sh2Texture;if(!t){let e=this.extra.sh2,{width:n,height:r,depth:i,maxSplats:a}=Cu(e.length/4);if(e.length<a*4){let t=new Uint32Array(a*4);t.set(e),this.extra.sh2=t,e=t}let o=new G(e,n,r,i);o.format=S,o.type=u,o.internalFormat=`RGBA32UI`,o.needsUpdate=!0,t=new fl({value:o,key:`sh2`}),this.extra.sh2Texture=t}if(!this.extra.sh3)return{sh1Texture:e,sh2Texture:t};let n=this.extra.sh3Texture;if(!n){let e=this.extra.sh3,{width:t,height:r,depth:i,maxSplats:a}=Cu(e.length/4);if(e.length<a*4){let t=new Uint32Array(a*4);t.set(e),this.extra.sh3=t,e=t}let o=new G(e,t,r,i);o.format=S,o.type=u,o.internalFormat=`RGBA32UI`,o.needsUpdate=!0,n=new fl({value:o,key:`sh3`}),this.extra.sh3Texture=n}return{sh1Texture:e,sh2Texture:t,sh3Texture:n}}ensureSplats(e){let t=e<=this.maxSplats?this.maxSplats:Math.max(e,2*this.maxSplats),n=this.packedArray?this.packedArray.length/4:0;if(!this.packedArray||t>n){this.maxSplats=Cu(t).maxSplats;let e=new Uint32Array(this.maxSplats*4);this.packedArray&&e.set(this.packedArray),this.packedArray=e}return this.packedArray}ensureSplatsSh(e,t){let n,r;if(e===0)return this.ensureSplats(t);if(e===1)n=2,r=`sh1`;else if(e===2)n=4,r=`sh2`;else if(e===3)n=4,r=`sh3`;else throw Error(`Invalid level: ${e}`);let i=this.extra[r]?this.extra[r].length/n:0,a=t<=i?i:Math.max(t,2*i);if(!this.extra[r]||a>i){i=Cu(a).maxSplats;let e=new Uint32Array(i*n);this.extra[r]&&e.set(this.extra[r]),this.extra[r]=e}return this.extra[r]}getSplat(e){if(!this.packedArray||e>=this.numSplats)throw Error(`Invalid index`);return Su(this.packedArray,e,this.splatEncoding)}setSplat(e,t,n,r,i,a){yu(this.ensureSplats(e+1),e,t.x,t.y,t.z,n.x,n.y,n.z,r.x,r.y,r.z,r.w,i,a.r,a.g,a.b),this.numSplats=Math.max(this.numSplats,e+1)}pushSplat(e,t,n,r,i){yu(this.ensureSplats(this.numSplats+1),this.numSplats,e.x,e.y,e.z,t.x,t.y,t.z,n.x,n.y,n.z,n.w,r,i.r,i.g,i.b),++this.numSplats}forEachSplat(e){if(this.packedArray&&this.numSplats)for(let t=0;t<this.numSplats;++t){let n=Su(this.packedArray,t,this.splatEncoding);e(t,n.center,n.scales,n.quaternion,n.opacity,n.color)}}ensureGenerate(e){if(this.target&&(e??1)<=this.maxSplats)return!1;this.target&&this.target.dispose();let t=Cu(e??1),{width:n,height:r,depth:i}=t;return this.maxSplats=t.maxSplats,this.target=new Be(n,r,i,{depthBuffer:!1,stencilBuffer:!1,generateMipmaps:!1,magFilter:a,minFilter:a}),this.target.texture.format=S,this.target.texture.type=u,this.target.texture.internalFormat=`RGBA32UI`,this.target.scissorTest=!0,!0}generateMapping(e){let t=0,n=e.map(e=>{let n=t,r=Math.ceil(e/Z)*Z;return t+=r,{base:n,count:e}});return{maxSplats:t,mapping:n}}getTexture(){return this.target?this.target.texture:this.source||this.packedArray?this.maybeUpdateSource():e.getEmptyArray}maybeUpdateSource(){if(!this.packedArray)throw Error(`No packed splats`);if(this.needsUpdate||!this.source){if(this.needsUpdate=!1,this.source){let{width:e,height:t,depth:n}=this.source.image;this.maxSplats!==e*t*n&&(this.source.dispose(),this.source=null)}if(this.source)this.packedArray.buffer!==this.source.image.data.buffer&&(this.source.image.data=new Uint8Array(this.packedArray.buffer));else{let{width:e,height:t,depth:n}=Cu(this.maxSplats);this.source=new G(this.packedArray,e,t,n),this.source.format=S,this.source.type=u,this.source.internalFormat=`RGBA32UI`,this.source.needsUpdate=!0}this.source.needsUpdate=!0}return this.source}prepareProgramMaterial(t){let n=e.generatorProgram.get(t);if(!n){let r=cc({index:`int`},{},({index:e},n,{roots:r})=>{t.inputs.index=e;let i=t.outputs.gsplat,a=Gc(i,this.dynoRgbMinMaxLnScaleMinMax);r.push(a)});e.programTemplate||=new zu(dd().computeUvec4Template),n=new Ru({graph:r,inputs:{index:`_index`},outputs:{output:`target`},template:e.programTemplate}),Object.assign(n.uniforms,{targetLayer:{value:0},targetBase:{value:0},targetCount:{value:0}}),e.generatorProgram.set(t,n)}let r=n.prepareMaterial();return e.fullScreenQuad.material=r,{program:n,material:r}}saveRenderState(e){return{target:e.getRenderTarget(),xrEnabled:e.xr.enabled,autoClear:e.autoClear}}resetRenderState(e,t){e.setRenderTarget(t.target),e.xr.enabled=t.xrEnabled,e.autoClear=t.autoClear}generate({generator:t,base:n,count:r,renderer:i}){if(!this.target)throw Error(`Target must be initialized with ensureSplats`);if(n+r>this.maxSplats)throw Error(`Base + count exceeds maxSplats`);let{program:a,material:o}=this.prepareProgramMaterial(t);a.update();let s=this.saveRenderState(i),c=Math.ceil((n+r)/Z)*Z,l=Z*Ls;for(o.uniforms.targetBase.value=n,o.uniforms.targetCount.value=r;n<c;){let t=Math.floor(n/l);o.uniforms.targetLayer.value=t;let r=t*l,a=Math.floor((n-r)/Z),s=Math.min(Ls,Math.ceil((c-r)/Z));this.target.scissor.set(0,a,Z,s-a),i.setRenderTarget(this.target,t),i.xr.enabled=!1,i.autoClear=!1,e.fullScreenQuad.render(i),n+=Z*(s-a)}return this.resetRenderState(i,s),{nextBase:c}}disposeLodSplats(){this.lodSplats&&=(this.lodSplats.dispose(),void 0)}async createLodSplats({rgbaArray:t,quality:n}={}){let r=typeof this.lod==`number`?Math.max(1.1,Math.min(2,this.lod)):n?1.75:1.5,i=this.packedArray.slice(),a=t?(await t.getArray()).slice():void 0,o={sh1:this.extra.sh1?this.extra.sh1.slice():void 0,sh2:this.extra.sh2?this.extra.sh2.slice():void 0,sh3:this.extra.sh3?this.extra.sh3.slice():void 0},s=await nf.withWorker(async e=>await e.call(n?`qualityLodPackedSplats`:`tinyLodPackedSplats`,{numSplats:this.numSplats,packedArray:i,extra:o,lodBase:r,rgba:a,encoding:this.splatEncoding??Bs})),c=new e(s);this.lodSplats&&this.lodSplats.dispose(),this.lodSplats=c,this.nonLod=!0,this.lod=!n||`quality`}extractSplats(t,n){let r=Cu(t.length).maxSplats,i=new e({maxSplats:r});for(let e=0;e<t.length;e++){let r=this.getSplat(t[e]);if(n){let n=(t[e]>>>16)*.61803398875;n-=Math.floor(n);let i=Math.max(0,Math.min(1,Math.abs(n*6-3)-1)),a=Math.max(0,Math.min(1,Math.abs(n*6+1)-1)),o=Math.max(0,Math.min(1,Math.abs(n*6-1)-1));r.color.r*=i,r.color.g*=a,r.color.b*=o}i.pushSplat(r.center,r.scales,r.quaternion,r.opacity,r.color)}return i}};rf.getEmptyArray=(()=>{let{width:e,height:t,depth:n,maxSplats:r}=Cu(1),i=new G(new Uint32Array(r*4),e,t,n);return i.format=S,i.type=u,i.internalFormat=`RGBA32UI`,i.needsUpdate=!0,i})(),rf.programTemplate=null,rf.generatorProgram=new WeakMap,rf.fullScreenQuad=new Fs(new fr({visible:!1})),rf.emptyUint32x4=(()=>{let{width:e,height:t,depth:n,maxSplats:r}=Cu(1),i=new G(new Uint32Array(r*4),e,t,n);return i.format=S,i.type=u,i.internalFormat=`RGBA32UI`,i.needsUpdate=!0,i})(),rf.emptyUint32x2=(()=>{let{width:e,height:t,depth:n,maxSplats:r}=Cu(1),i=new G(new Uint32Array(r*2),e,t,n);return i.format=x,i.type=u,i.internalFormat=`RG32UI`,i.needsUpdate=!0,i})();var af=rf,of=class extends il{constructor({packedSplats:e}={}){super({key:`packedSplats`,type:_c,globals:()=>[kc],value:{textureArray:af.getEmptyArray,numSplats:0,rgbMinMaxLnScaleMinMax:new Le(0,1,-12,9),lodOpacity:!1},update:e=>(e.textureArray=this.packedSplats?.getTexture()??af.getEmptyArray,e.numSplats=this.packedSplats?.numSplats??0,e.rgbMinMaxLnScaleMinMax.set(this.packedSplats?.splatEncoding?.rgbMin??0,this.packedSplats?.splatEncoding?.rgbMax??1,this.packedSplats?.splatEncoding?.lnScaleMin??-12,this.packedSplats?.splatEncoding?.lnScaleMax??9),e.lodOpacity=this.packedSplats?.splatEncoding?.lodOpacity??!1,e)}),this.packedSplats=e}},sf=fc(`
  vec3 evaluatePackedSH1(uvec2 packedData, vec3 viewDir, float sh1Max) {
    // Extract sint7 values packed into 2 x uint32
    vec3 sh1_0 = vec3(ivec3(
      int(packedData.x << 25u) >> 25,
      int(packedData.x << 18u) >> 25,
      int(packedData.x << 11u) >> 25
    ));
    vec3 sh1_1 = vec3(ivec3(
      int(packedData.x << 4u) >> 25,
      int((packedData.x >> 3u) | (packedData.y << 29u)) >> 25,
      int(packedData.y << 22u) >> 25
    ));
    vec3 sh1_2 = vec3(ivec3(
      int(packedData.y << 15u) >> 25,
      int(packedData.y << 8u) >> 25,
      int(packedData.y << 1u) >> 25
    ));

    vec3 rgb = sh1_0 * (-0.4886025 * viewDir.y)
      + sh1_1 * (0.4886025 * viewDir.z)
      + sh1_2 * (-0.4886025 * viewDir.x);
    return rgb * (sh1Max / 63.0);
  }
`),cf=fc(`
  vec3 evaluatePackedSH2(uvec4 packedData, vec3 viewDir, float sh2Max) {
    // Extract sint8 values packed into 4 x uint32
    vec3 sh2_0 = vec3(ivec3(
      int(packedData.x << 24u) >> 24,
      int(packedData.x << 16u) >> 24,
      int(packedData.x << 8u) >> 24
    ));
    vec3 sh2_1 = vec3(ivec3(
      int(packedData.x) >> 24,
      int(packedData.y << 24u) >> 24,
      int(packedData.y << 16u) >> 24
    ));
    vec3 sh2_2 = vec3(ivec3(
      int(packedData.y << 8u) >> 24,
      int(packedData.y) >> 24,
      int(packedData.z << 24u) >> 24
    ));
    vec3 sh2_3 = vec3(ivec3(
      int(packedData.z << 16u) >> 24,
      int(packedData.z << 8u) >> 24,
      int(packedData.z) >> 24
    ));
    vec3 sh2_4 = vec3(ivec3(
      int(packedData.w << 24u) >> 24,
      int(packedData.w << 16u) >> 24,
      int(packedData.w << 8u) >> 24
    ));

    vec3 rgb = sh2_0 * (1.0925484 * viewDir.x * viewDir.y)
      + sh2_1 * (-1.0925484 * viewDir.y * viewDir.z)
      + sh2_2 * (0.3153915 * (2.0 * viewDir.z * viewDir.z - viewDir.x * viewDir.x - viewDir.y * viewDir.y))
      + sh2_3 * (-1.0925484 * viewDir.x * viewDir.z)
      + sh2_4 * (0.5462742 * (viewDir.x * viewDir.x - viewDir.y * viewDir.y));
    return rgb * (sh2Max / 127.0);
  }
`),lf=fc(`
  vec3 evaluatePackedSH3(uvec4 packedData, vec3 viewDir, float sh3Max) {
    // Extract sint6 values packed into 4 x uint32
    vec3 sh3_0 = vec3(ivec3(
      int(packedData.x << 26u) >> 26,
      int(packedData.x << 20u) >> 26,
      int(packedData.x << 14u) >> 26
    ));
    vec3 sh3_1 = vec3(ivec3(
      int(packedData.x << 8u) >> 26,
      int(packedData.x << 2u) >> 26,
      int((packedData.x >> 4u) | (packedData.y << 28u)) >> 26
    ));
    vec3 sh3_2 = vec3(ivec3(
      int(packedData.y << 22u) >> 26,
      int(packedData.y << 16u) >> 26,
      int(packedData.y << 10u) >> 26
    ));
    vec3 sh3_3 = vec3(ivec3(
      int(packedData.y << 4u) >> 26,
      int((packedData.y >> 2u) | (packedData.z << 30u)) >> 26,
      int(packedData.z << 24u) >> 26
    ));
    vec3 sh3_4 = vec3(ivec3(
      int(packedData.z << 18u) >> 26,
      int(packedData.z << 12u) >> 26,
      int(packedData.z << 6u) >> 26
    ));
    vec3 sh3_5 = vec3(ivec3(
      int(packedData.z) >> 26,
      int(packedData.w << 26u) >> 26,
      int(packedData.w << 20u) >> 26
    ));
    vec3 sh3_6 = vec3(ivec3(
      int(packedData.w << 14u) >> 26,
      int(packedData.w << 8u) >> 26,
      int(packedData.w << 2u) >> 26
    ));

    float xx = viewDir.x * viewDir.x;
    float yy = viewDir.y * viewDir.y;
    float zz = viewDir.z * viewDir.z;
    float xy = viewDir.x * viewDir.y;
    float yz = viewDir.y * viewDir.z;
    float zx = viewDir.z * viewDir.x;

    vec3 rgb = sh3_0 * (-0.5900436 * viewDir.y * (3.0 * xx - yy))
      + sh3_1 * (2.8906114 * xy * viewDir.z) +
      + sh3_2 * (-0.4570458 * viewDir.y * (4.0 * zz - xx - yy))
      + sh3_3 * (0.3731763 * viewDir.z * (2.0 * zz - 3.0 * xx - 3.0 * yy))
      + sh3_4 * (-0.4570458 * viewDir.x * (4.0 * zz - xx - yy))
      + sh3_5 * (1.4453057 * viewDir.z * (xx - yy))
      + sh3_6 * (-0.5900436 * viewDir.x * (xx - 3.0 * yy));
    return rgb * (sh3Max / 31.0);
  }
`);function uf({coord:e,viewDir:t,numSh:n,sh1Texture:r,sh2Texture:i,sh3Texture:a,shMax:o}){return new oc({inTypes:{coord:`ivec3`,viewDir:`vec3`,numSh:`int`,sh1Texture:`usampler2DArray`,sh2Texture:`usampler2DArray`,sh3Texture:`usampler2DArray`,shMax:`vec3`},outTypes:{rgb:`vec3`},inputs:{coord:e,viewDir:t,numSh:n,sh1Texture:r,sh2Texture:i,sh3Texture:a,shMax:o},globals:()=>[sf,cf,lf],statements:({inputs:e,outputs:t})=>{let n=[`vec3 rgb = vec3(0.0);`];return e.sh1Texture&&(n.push(...dc(`
          if (${e.numSh} >= 1) {
            vec3 sh1Rgb = evaluatePackedSH1(texelFetch(${e.sh1Texture}, ${e.coord}, 0).rg, ${e.viewDir}, ${e.shMax}.x);
            rgb += sh1Rgb;
          `)),e.sh2Texture&&(n.push(...dc(`
            if (${e.numSh} >= 2) {
              vec3 sh2Rgb = evaluatePackedSH2(texelFetch(${e.sh2Texture}, ${e.coord}, 0), ${e.viewDir}, ${e.shMax}.y);
              rgb += sh2Rgb;
            `)),e.sh3Texture&&n.push(...dc(`
              if (${e.numSh} >= 3) {
                vec3 sh3Rgb = evaluatePackedSH3(texelFetch(${e.sh3Texture}, ${e.coord}, 0), ${e.viewDir}, ${e.shMax}.z);
                rgb += sh3Rgb;
              }
            `)),n.push(`}`)),n.push(`}`)),n.push(`${t.rgb} = rgb;`),n}}).outputs}var df=class extends zr{constructor(e){super(e),this.fileLoader=new Hr(e)}load(e,t,n,r){return this.loadInternal({url:e,onLoad:t,onProgress:n,onError:r})}async loadAsync(e,t){return new Promise((n,r)=>{this.load(e,e=>{n(e)},t,r)})}parse(e){return new Lf({packedSplats:e})}loadInternal({packedSplats:e,extSplats:t,url:n,fileBytes:r,fileType:i,fileName:a,stream:o,streamLength:s,onLoad:c,onProgress:l,onError:u,lod:d,nonLod:f,lodAbove:p,lodBase:m}){r instanceof ArrayBuffer&&(r=new Uint8Array(r));let h=r?void 0:this.manager.resolveURL((this.path??``)+(n??``)),g=o?.getReader();this.manager.itemStart(h??``),nf.withWorker(async n=>{let u=e?.lod??t?.lod;u&&(d=u);let _=e?.nonLod??t?.nonLod;_!==void 0&&(f=_);let v=async e=>{let{loaded:t,total:r}=e;if(t!==void 0&&l&&l(new ProgressEvent(`progress`,{lengthComputable:r!==0,loaded:t,total:r})),e.nextChunk){let e;if(!g)e=new Uint8Array;else{let{done:t,value:n}=await g.read();t?(g.releaseLock(),g=void 0,e=new Uint8Array):e=n}n.call(`nextChunk`,{chunk:e})}},y=h?new URL(h,window.location.href).toString():void 0,b=await n.call(t?`loadExtSplats`:`loadPackedSplats`,{url:y,requestHeader:this.requestHeader,withCredentials:this.withCredentials,fileBytes:r?.slice(),fileType:i,pathName:h||a,chunked:o!==void 0,chunkedLength:s,encoding:e?.splatEncoding,lod:d,lodBase:m,nonLod:f,lodAbove:p},{onStatus:v}),x=b;`lodSplats`in b&&(x.lodSplats=t?new vf({...b.lodSplats}):new af({...b.lodSplats,maxSplats:e?.maxSplats}));let S;t?(S=t,t.initialize(x)):(S=e??new af,S.initialize(x)),c?.(S)}).catch(e=>{this.manager.itemError(h??``),u?.(e)}).finally(()=>{this.manager.itemEnd(h??``)})}async loadInternalAsync({packedSplats:e,extSplats:t,url:n,fileBytes:r,fileType:i,fileName:a,stream:o,streamLength:s,onProgress:c,lod:l,nonLod:u,lodAbove:d,lodBase:f}){return new Promise((p,m)=>{this.loadInternal({packedSplats:e,extSplats:t,url:n,fileBytes:r,fileType:i,fileName:a,stream:o,streamLength:s,onLoad:p,onProgress:c,onError:m,lod:l,nonLod:u,lodAbove:d,lodBase:f})})}};function ff(e){let t=new DataView(e.buffer).getUint32(0,!0);if((t&16777215)==7957616)return zs.PLY;if((t&16777215)==559903){let t=Iu(e,4);return new DataView(t.buffer).getUint32(0,!0)===1347635022?zs.SPZ:void 0}if(t===67324752)return gf(e)?zs.PCSOGSZIP:void 0;if(t===809779538)return zs.RAD}function pf(e){let t=e.split(/[?#]/,1)[0],n=Math.max(t.lastIndexOf(`/`),t.lastIndexOf(`\\`)),r=t.slice(n+1),i=r.lastIndexOf(`.`);return i<=0||i===r.length-1?``:r.slice(i+1).toLowerCase()}function mf(e){let t=pf(e);if(t===`ply`)return zs.PLY;if(t===`spz`)return zs.SPZ;if(t===`splat`)return zs.SPLAT;if(t===`ksplat`)return zs.KSPLAT;if(t===`sog`)return zs.PCSOGSZIP;if(t===`rad`)return zs.RAD}function hf(e){try{let t;if(typeof e==`string`)t=e;else{let n=e instanceof ArrayBuffer?new Uint8Array(e):e;if(n.length>65536)return;t=new TextDecoder().decode(n)}let n=JSON.parse(t);if(!n||typeof n!=`object`||Array.isArray(n))return;let r=n.version===2;for(let e of[`means`,`scales`,`quats`,`sh0`]){if(!n[e]||typeof n[e]!=`object`||Array.isArray(n[e]))return;if(r){if(!n[e].files||(e===`scales`||e===`sh0`)&&!n[e].codebook||e===`means`&&(!n[e].mins||!n[e].maxs))return}else if(!n[e].shape||!n[e].files||e!==`quats`&&(!n[e].mins||!n[e].maxs))return}return n}catch{return}}function gf(e){try{let t=e instanceof ArrayBuffer?new Uint8Array(e):e,n=null,r=eu(t,{filter:({name:e})=>e.split(/[\\/]/).pop()===`meta.json`&&(n=e,!0)});if(!n)return;let i=hf(r[n]);return i?{name:n,json:i}:void 0}catch{return}}var _f=class e{constructor(t={}){this.maxSplats=0,this.numSplats=0,this.extra={},this.maxSh=3,this.isInitialized=!1,this.extArrays=[new Uint32Array,new Uint32Array],this.textures=[e.emptyTexture,e.emptyTexture],this.extra={},this.dyno=new yf({extSplats:this}),this.dynoNumSh=new ol({key:`numSh`,value:0,update:()=>Math.min(this.getNumSh(),this.maxSh)}),this.initialized=Promise.resolve(this),this.reinitialize(t)}reinitialize(e){this.isInitialized=!1,this.extra={},this.maxSplats=e.maxSplats??0,this.lod=e.lod,this.nonLod=e.nonLod,e.url||e.fileBytes||e.stream||e.construct?this.initialized=this.asyncInitialize(e).then(()=>(this.isInitialized=!0,this)):(this.initialize(e),this.isInitialized=!0,this.initialized=Promise.resolve(this))}initialize(e){this.extra=e.extra??{},this.lodSplats=e.lodSplats,e.extArrays?(this.extArrays=e.extArrays,this.maxSplats=Math.floor(Math.min(this.extArrays[0].length/4,this.extArrays[1].length/4)),this.numSplats=e.numSplats??this.maxSplats,this.maxSplats=Math.floor(this.maxSplats/Z)*Z,this.numSplats=Math.min(this.maxSplats,e.numSplats??1/0),this.updateTextures()):(this.maxSplats=e.maxSplats??0,this.numSplats=0,this.extArrays=[new Uint32Array,new Uint32Array])}async asyncInitialize(e){let{url:t,fileBytes:n,fileType:r,fileName:i,stream:a,streamLength:o,construct:s,lod:c,nonLod:l,lodAbove:u}=e;this.lod=c,this.nonLod=l;let d=new df;if((n||t||a)&&await d.loadInternalAsync({extSplats:this,url:t,fileBytes:n,fileType:r,fileName:i,stream:a,streamLength:o,onProgress:e.onProgress,lodAbove:u}),s){let e=s(this);e instanceof Promise&&await e}}dispose(){this.textures[0]!==e.emptyTexture&&(this.textures[0].dispose(),this.textures[0].source.data=null,this.textures[0]=e.emptyTexture),this.textures[1]!==e.emptyTexture&&(this.textures[1].dispose(),this.textures[1].source.data=null,this.textures[1]=e.emptyTexture),this.extArrays=[new Uint32Array,new Uint32Array];for(let e in this.extra){let t=this.extra[e];if(t instanceof il){let e=t.value;e?.isTexture&&(e.dispose(),e.source.data=null)}}this.extra={},this.disposeLodSplats()}prepareFetchSplat(){}getNumSplats(){return this.numSplats}hasRgbDir(){return Math.min(this.getNumSh(),this.maxSh)>0}getNumSh(){return this.extra.sh1?this.extra.sh2?!this.extra.sh3a||!this.extra.sh3b?2:3:1:0}setMaxSh(e){this.maxSh=e}fetchSplat({index:e,viewOrigin:t}){let n=bc(this.dyno,e);if(this.hasRgbDir()&&t){let r=Sc(n).outputs.center,i=Zu(Ku(r,t)),{sh1Texture:a,sh2Texture:o,sh3TextureA:s,sh3TextureB:c}=this.ensureShTextures(),{rgb:l}=Cf({coord:Tc(e),viewDir:i,numSh:this.dynoNumSh,sh1Texture:a,sh2Texture:o,sh3TextureA:s,sh3TextureB:c});l=Gu(l,Sc(n).outputs.rgb),n=Cc({gsplat:n,rgb:l})}return n}ensureShTextures(){if(!this.extra.sh1)return{};let e=this.extra.sh1Texture;if(!e){let t=this.extra.sh1,{width:n,height:r,depth:i,maxSplats:a}=Cu(t.length/4);if(t.length<a*4){let e=new Uint32Array(a*4);e.set(t),this.extra.sh1=e,t=e}e=new fl({value:wf(t,n,r,i,S,u,`RGBA32UI`),key:`sh1`}),this.extra.sh1Texture=e}if(!this.extra.sh2)return{sh1Texture:e};let t=this.extra.sh2Texture;if(!t){let e=this.extra.sh2,{width:n,height:r,depth:i,maxSplats:a}=Cu(e.length/4);if(e.length<a*4){let t=new Uint32Array(a*4);t.set(e),this.extra.sh2=t,e=t}t=new fl({value:wf(e,n,r,i,S,u,`RGBA32UI`),key:`sh2`}),this.extra.sh2Texture=t}if(!this.extra.sh3a||!this.extra.sh3b)return{sh1Texture:e,sh2Texture:t};let n=this.extra.sh3TextureA;if(!n){let e=this.extra.sh3a,{width:t,height:r,depth:i,maxSplats:a}=Cu(e.length/4);if(e.length<a*4){let t=new Uint32Array(a*4);t.set(e),this.extra.sh3a=t,e=t}n=new fl({value:wf(e,t,r,i,S,u,`RGBA32UI`),key:`sh3`}),this.extra.sh3TextureA=n}let r=this.extra.sh3TextureB;if(!r){let e=this.extra.sh3b,{width:t,height:n,depth:i,maxSplats:a}=Cu(e.length/4);if(e.length<a*4){let t=new Uint32Array(a*4);t.set(e),this.extra.sh3b=t,e=t}r=new fl({value:wf(e,t,n,i,S,u,`RGBA32UI`),key:`sh3b`}),this.extra.sh3TextureB=r}return{sh1Texture:e,sh2Texture:t,sh3TextureA:n,sh3TextureB:r}}ensureSplats(e){let t=e<=this.maxSplats?this.maxSplats:Math.max(e,2*this.maxSplats),n=this.extArrays[0]?this.extArrays[0].length/4:0;if(!this.extArrays[0]||t>n){this.maxSplats=Cu(t).maxSplats;let e=new Uint32Array(this.maxSplats*4),n=new Uint32Array(this.maxSplats*4);this.extArrays[0]&&(e.set(this.extArrays[0]),n.set(this.extArrays[1])),this.extArrays[0]=e,this.extArrays[1]=n}return this.extArrays}getSplat(e){if(e>=this.numSplats)throw Error(`Invalid index`);return vu(this.extArrays,e)}setSplat(e,t,n,r,i,a){_u(this.ensureSplats(e+1),e,t.x,t.y,t.z,n.x,n.y,n.z,r.x,r.y,r.z,r.w,i,a.r,a.g,a.b),this.numSplats=Math.max(this.numSplats,e+1)}pushSplat(e,t,n,r,i){_u(this.ensureSplats(this.numSplats+1),this.numSplats,e.x,e.y,e.z,t.x,t.y,t.z,n.x,n.y,n.z,n.w,r,i.r,i.g,i.b),++this.numSplats}forEachSplat(e){if(this.numSplats)for(let t=0;t<this.numSplats;++t){let n=vu(this.extArrays,t);e(t,n.center,n.scales,n.quaternion,n.opacity,n.color)}}updateTextures(){if(this.textures[0]!==e.emptyTexture){let{width:t,height:n,depth:r}=this.textures[0].image;this.maxSplats!==t*n*r&&(this.textures[0].dispose(),this.textures[0]=e.emptyTexture,this.textures[1].dispose(),this.textures[1]=e.emptyTexture)}if(this.textures[0]===e.emptyTexture){let{width:e,height:t,depth:n}=Cu(this.maxSplats);this.textures[0]=wf(this.extArrays[0],e,t,n,S,u,`RGBA32UI`),this.textures[1]=wf(this.extArrays[1],e,t,n,S,u,`RGBA32UI`)}else this.extArrays[0].buffer!==this.textures[0].image.data.buffer&&(this.textures[0].image.data=new Uint8Array(this.extArrays[0].buffer),this.textures[1].image.data=new Uint8Array(this.extArrays[1].buffer),this.textures[0].needsUpdate=!0,this.textures[1].needsUpdate=!0)}extractSplats(t,n){let r=Cu(t.length).maxSplats,i=new e({maxSplats:r});for(let e=0;e<t.length;e++){let r=this.getSplat(t[e]);if(n){let n=(t[e]>>>16)*.61803398875;n-=Math.floor(n);let i=Math.max(0,Math.min(1,Math.abs(n*6-3)-1)),a=Math.max(0,Math.min(1,Math.abs(n*6+1)-1)),o=Math.max(0,Math.min(1,Math.abs(n*6-1)-1));r.color.r*=i,r.color.g*=a,r.color.b*=o}i.pushSplat(r.center,r.scales,r.quaternion,r.opacity,r.color)}return i}disposeLodSplats(){this.lodSplats&&=(this.lodSplats.dispose(),void 0)}async createLodSplats({rgbaArray:t,quality:n}={}){let r=typeof this.lod==`number`?Math.max(1.1,Math.min(2,this.lod)):n?1.75:1.5,i=[this.extArrays[0].slice(),this.extArrays[1].slice()],a=t?(await t.getArray()).slice():void 0,o={sh1:this.extra.sh1?this.extra.sh1.slice():void 0,sh2:this.extra.sh2?this.extra.sh2.slice():void 0,sh3:this.extra.sh3?this.extra.sh3.slice():void 0},s=await nf.withWorker(async e=>await e.call(n?`qualityLodExtSplats`:`tinyLodExtSplats`,{numSplats:this.numSplats,extArrays:i,extra:o,lodBase:r,rgba:a})),c=new e(s);this.lodSplats&&this.lodSplats.dispose(),this.lodSplats=c,this.nonLod=!0,this.lod=!n||`quality`}};_f.emptyArray=(()=>{let{width:e,height:t,depth:n,maxSplats:r}=Cu(1),i=new G(new Uint32Array(r*4),e,t,n);return i.format=S,i.type=u,i.internalFormat=`RGBA32UI`,i.needsUpdate=!0,i})(),_f.emptyTexture=wf(null,1,1,1,S,u,`RGBA32UI`),_f.emptyUint32x4=(()=>{let{width:e,height:t,depth:n,maxSplats:r}=Cu(1),i=new G(new Uint32Array(r*4),e,t,n);return i.format=S,i.type=u,i.internalFormat=`RGBA32UI`,i.needsUpdate=!0,i})();var vf=_f,yf=class extends il{constructor({extSplats:e}={}){super({key:`extSplats`,type:vc,globals:()=>[Mc],value:{textureArray1:vf.emptyTexture,textureArray2:vf.emptyTexture,numSplats:0},update:e=>(e.textureArray1=this.extSplats?.textures[0]??vf.emptyTexture,e.textureArray2=this.extSplats?.textures[1]??vf.emptyTexture,e.numSplats=this.extSplats?.numSplats??0,e)}),this.extSplats=e}},bf=fc(`
  vec3 evaluateExtSH1(uvec4 packedData, vec3 viewDir) {
    vec3 sh1_0 = decodeExtRgb(packedData.x);
    vec3 sh1_1 = decodeExtRgb(packedData.y);
    vec3 sh1_2 = decodeExtRgb(packedData.z);

    return sh1_0 * (-0.4886025 * viewDir.y)
      + sh1_1 * (0.4886025 * viewDir.z)
      + sh1_2 * (-0.4886025 * viewDir.x);
  }
`),xf=fc(`
  vec3 evaluateExtSH12(uvec4 packed1, uvec4 packed2, vec3 viewDir) {
    vec3 sh1_0 = decodeExtRgb(packed1.x);
    vec3 sh1_1 = decodeExtRgb(packed1.y);
    vec3 sh1_2 = decodeExtRgb(packed1.z);

    vec3 sh2_0 = decodeExtRgb(packed1.w);
    vec3 sh2_1 = decodeExtRgb(packed2.x);
    vec3 sh2_2 = decodeExtRgb(packed2.y);
    vec3 sh2_3 = decodeExtRgb(packed2.z);
    vec3 sh2_4 = decodeExtRgb(packed2.w);

    vec3 sh1Rgb = sh1_0 * (-0.4886025 * viewDir.y)
      + sh1_1 * (0.4886025 * viewDir.z)
      + sh1_2 * (-0.4886025 * viewDir.x);

    vec3 sh2Rgb = sh2_0 * (1.0925484 * viewDir.x * viewDir.y)
      + sh2_1 * (-1.0925484 * viewDir.y * viewDir.z)
      + sh2_2 * (0.3153915 * (2.0 * viewDir.z * viewDir.z - viewDir.x * viewDir.x - viewDir.y * viewDir.y))
      + sh2_3 * (-1.0925484 * viewDir.x * viewDir.z)
      + sh2_4 * (0.5462742 * (viewDir.x * viewDir.x - viewDir.y * viewDir.y));

    return sh1Rgb + sh2Rgb;
  }
`),Sf=fc(`
  vec3 evaluateExtSH3(uvec4 packedA, uvec4 packedB, vec3 viewDir) {
    vec3 sh3_0 = decodeExtRgb(packedA.x);
    vec3 sh3_1 = decodeExtRgb(packedA.y);
    vec3 sh3_2 = decodeExtRgb(packedA.z);
    vec3 sh3_3 = decodeExtRgb(packedA.w);
    vec3 sh3_4 = decodeExtRgb(packedB.x);
    vec3 sh3_5 = decodeExtRgb(packedB.y);
    vec3 sh3_6 = decodeExtRgb(packedB.z);

    float xx = viewDir.x * viewDir.x;
    float yy = viewDir.y * viewDir.y;
    float zz = viewDir.z * viewDir.z;
    float xy = viewDir.x * viewDir.y;
    float yz = viewDir.y * viewDir.z;
    float zx = viewDir.z * viewDir.x;

    return sh3_0 * (-0.5900436 * viewDir.y * (3.0 * xx - yy))
      + sh3_1 * (2.8906114 * xy * viewDir.z) +
      + sh3_2 * (-0.4570458 * viewDir.y * (4.0 * zz - xx - yy))
      + sh3_3 * (0.3731763 * viewDir.z * (2.0 * zz - 3.0 * xx - 3.0 * yy))
      + sh3_4 * (-0.4570458 * viewDir.x * (4.0 * zz - xx - yy))
      + sh3_5 * (1.4453057 * viewDir.z * (xx - yy))
      + sh3_6 * (-0.5900436 * viewDir.x * (xx - 3.0 * yy));
  }
`);function Cf({coord:e,viewDir:t,numSh:n,sh1Texture:r,sh2Texture:i,sh3TextureA:a,sh3TextureB:o}){return new oc({inTypes:{coord:`ivec3`,viewDir:`vec3`,numSh:`int`,sh1Texture:`usampler2DArray`,sh2Texture:`usampler2DArray`,sh3TextureA:`usampler2DArray`,sh3TextureB:`usampler2DArray`},outTypes:{rgb:`vec3`},inputs:{coord:e,viewDir:t,numSh:n,sh1Texture:r,sh2Texture:i,sh3TextureA:a,sh3TextureB:o},globals:()=>[bf,xf,Sf],statements:({inputs:e,outputs:t})=>{let n=[`vec3 rgb = vec3(0.0);`];return e.sh1Texture&&(e.sh2Texture?(n.push(...dc(`
            if (${e.numSh} == 1) {
              rgb = evaluateExtSH1(texelFetch(${e.sh1Texture}, ${e.coord}, 0), ${e.viewDir});
            } else if (${e.numSh} >= 2) {
              rgb = evaluateExtSH12(texelFetch(${e.sh1Texture}, ${e.coord}, 0), texelFetch(${e.sh2Texture}, ${e.coord}, 0), ${e.viewDir});
            `)),e.sh3TextureA&&e.sh3TextureB&&n.push(...dc(`
              if (${e.numSh} >= 3) {
                rgb += evaluateExtSH3(texelFetch(${e.sh3TextureA}, ${e.coord}, 0), texelFetch(${e.sh3TextureB}, ${e.coord}, 0), ${e.viewDir});
              }
            `)),n.push(`}`)):n.push(...dc(`
            if (${e.numSh} >= 1) {
              rgb = evaluateExtSH1(texelFetch(${e.sh1Texture}, ${e.coord}, 0), ${e.viewDir});
            }
            `))),n.push(`${t.rgb} = rgb;`),n}}).outputs}function wf(e,t,n,r,i,a,o){let s=new G(e,t,n,r);return s.format=i,s.type=a,s.internalFormat=o,s.needsUpdate=!0,s}var Tf={type:`RgbaArray`};fc(`
  struct RgbaArray {
    sampler2DArray texture;
    int count;
  };
`);var Ef=256,Df=256,Of=Ef*Df,kf=class{constructor(e){if(this.abortController=new AbortController,this.pager=e.pager,this.rootUrl=e.rootUrl??``,this.requestHeader=e.requestHeader,this.withCredentials=e.withCredentials,this.numSh=0,this.maxSh=e.pager?.maxSh??3,this.numSplats=0,this.dynoNumSplats=new ol({value:0}),this.dynoIndices=new dl({value:jf.emptyIndicesTexture}),this.rgbMinMaxLnScaleMinMax=new ll({value:new Le(0,1,-12,9)}),this.lodOpacity=new al({value:!1}),this.dynoNumSh=new ol({value:0}),this.shMax=new cl({value:new V}),this.fileBytes=e.fileBytes,this.fileType=e.fileType,!this.fileType&&this.fileBytes&&(this.fileType=ff(this.fileBytes)),!this.fileType&&this.rootUrl&&(this.fileType=mf(this.rootUrl)),!this.fileType)throw Error(`Unable to determine file type`);this.fileType===zs.RAD&&(this.radMetaPromise=this.getRadMeta())}dispose(){this.dynoIndices.value!==jf.emptyIndicesTexture&&(this.dynoIndices.value.dispose(),this.dynoIndices.value=jf.emptyIndicesTexture),this.abortController.abort()}setMaxSh(e){this.maxSh=e}getRadMeta(){return this.radMetaPromise||(this.radMetaPromise=(async()=>{if(await Yd,this.fileBytes){let e=Md(this.fileBytes.slice(0,1048576));if(e)return e;throw Error(`Failed to decode RAD header`)}if(!this.rootUrl)throw Error(`No url or fileBytes provided`);for(let e of[65536,262144,1048576]){let t=Md(await Pf({url:this.rootUrl,requestHeader:this.requestHeader,withCredentials:this.withCredentials,offset:0,bytes:e}));if(t)return t}throw Error(`Failed to decode RAD header`)})().then(e=>e),this.radMetaPromise.catch(e=>{console.error(e)})),this.radMetaPromise}chunkUrl(e){return this.rootUrl.replace(/-lod-0\./,`-lod-${e}.`)}async fetchDecodeChunk(e){let t;if(this.fileType===zs.RAD){let{meta:n,chunksStart:r}=await this.getRadMeta();if(e<0||e>=n.chunks.length)throw Error(`Chunk index out of range: ${e} (max: ${n.chunks.length-1})`);let{offset:i,bytes:a,filename:o}=n.chunks[e];if(o){if(this.fileBytes)throw Error(`Chunked RAD file not supported with fileBytes`);let e=new URL(this.rootUrl,window.location.href).toString();t=await Pf({url:new URL(o,e).toString(),requestHeader:this.requestHeader,withCredentials:this.withCredentials,signal:this.abortController.signal})}else if(i+=r,this.fileBytes){if(i<0||i+a>this.fileBytes.length)throw Error(`Invalid chunk offset or bytes: ${i} + ${a} > ${this.fileBytes.length}`);t=this.fileBytes.slice(i,i+a)}else if(this.rootUrl)t=await Pf({url:this.rootUrl,requestHeader:this.requestHeader,withCredentials:this.withCredentials,offset:i,bytes:a,signal:this.abortController.signal});else throw Error(`No url or fileBytes provided`)}else if(!this.fileBytes){if(this.rootUrl){let n=this.chunkUrl(e),r=new Request(n,{headers:this.requestHeader?new Headers(this.requestHeader):void 0,credentials:this.withCredentials?`include`:`same-origin`,signal:this.abortController.signal}),i=await fetch(r);if(!i.ok||!i.body)throw Error(`Failed to fetch "${n}": ${i.status} ${i.statusText}`);t=new Uint8Array(await i.arrayBuffer())}else throw Error(`No url or fileBytes provided`)}return await nf.withWorker(async n=>{if(!this.pager)throw Error(`PagedSplats.pager not set`);if(!this.pager.extSplats){let r=await n.call(`loadPackedSplats`,{fileBytes:t,pathName:this.chunkUrl(e),sh1Codes:this.sh1Codes?.slice(),sh2Codes:this.sh2Codes?.slice(),sh3Codes:this.sh3Codes?.slice()});if(!(`lodSplats`in r))throw Error(`Loaded chunk does not contain LoD splats`);let i=r.lodSplats;return this.splatEncoding||(this.splatEncoding=i.splatEncoding,this.numSh=i.extra.sh3?3:i.extra.sh2?2:+!!i.extra.sh1,this.rgbMinMaxLnScaleMinMax.value.set(this.splatEncoding.rgbMin??0,this.splatEncoding.rgbMax??1,this.splatEncoding.lnScaleMin??-12,this.splatEncoding.lnScaleMax??9),this.lodOpacity.value=this.splatEncoding.lodOpacity??!1,this.shMax.value.set(this.splatEncoding.sh1Max??1,this.splatEncoding.sh2Max??1,this.splatEncoding.sh3Max??1)),this.sh1Codes=i.extra.sh1Codes??this.sh1Codes,this.sh2Codes=i.extra.sh2Codes??this.sh2Codes,this.sh3Codes=i.extra.sh3Codes??this.sh3Codes,i}let r=this.sh3Codes,i=await n.call(`loadExtSplats`,{fileBytes:t,pathName:this.chunkUrl(e),sh1Codes:this.sh1Codes?.slice(),sh2Codes:this.sh2Codes?.slice(),sh3Codes:r?[r[0].slice(),r[1].slice()]:void 0});if(!(`lodSplats`in i))throw Error(`Loaded chunk does not contain LoD splats`);let a=i.lodSplats;return this.splatEncoding||(this.splatEncoding=Bs,this.numSh=a.extra.sh3a&&a.extra.sh3b?3:a.extra.sh2?2:+!!a.extra.sh1),this.sh1Codes=a.extra.sh1Codes??this.sh1Codes,this.sh2Codes=a.extra.sh2Codes??this.sh2Codes,this.sh3Codes=a.extra.sh3Codes??this.sh3Codes,a})}update(e,t){if(!this.pager)throw Error(`PagedSplats.pager not set`);let n=this.pager.renderer;this.numSplats=e,this.dynoNumSplats.value=this.numSplats;let r=Math.ceil(e/16384),i=this.dynoIndices.value===jf.emptyIndicesTexture?void 0:this.dynoIndices.value;if(i&&r>i.image.height&&(i.dispose(),i=void 0),!i)i=new Wn(t,4096,r,S,u),i.internalFormat=`RGBA32UI`,i.needsUpdate=!0,n.initTexture(i),this.dynoIndices.value=i;else{let a=i.image.data;a.set(t.subarray(0,e)),Lu(n,i,4096,r,a)}}prepareFetchSplat(){}getNumSplats(){return this.numSplats}hasRgbDir(){return this.pager?Math.min(this.numSh,this.pager.maxSh)>0:!1}getNumSh(){return this.numSh}fetchSplat({index:e,viewOrigin:t}){if(!this.pager)throw Error(`PagedSplats.pager not set`);let n=this.pager.readIndex.apply({index:e,numSplats:this.dynoNumSplats,indices:this.dynoIndices}).index;return this.pager.extSplats?this.hasRgbDir()&&t?(this.dynoNumSh.value=Math.min(this.numSh,this.maxSh,this.pager.maxSh),this.pager.readSplatExtDir.apply({index:n,viewOrigin:t,numSh:this.dynoNumSh}).gsplat):this.pager.readSplatExt.apply({index:n}).gsplat:this.hasRgbDir()&&t?(this.dynoNumSh.value=Math.min(this.numSh,this.maxSh,this.pager.maxSh),this.pager.readSplatDir.apply({index:n,rgbMinMaxLnScaleMinMax:this.rgbMinMaxLnScaleMinMax,lodOpacity:this.lodOpacity,viewOrigin:t,numSh:this.dynoNumSh,shMax:this.shMax}).gsplat):this.pager.readSplat.apply({index:n,rgbMinMaxLnScaleMinMax:this.rgbMinMaxLnScaleMinMax,lodOpacity:this.lodOpacity}).gsplat}forEachSplat(e){if(!this.pager||!this.numSplats)return;let t=this.pager.extSplats,n=this.dynoIndices.value.image.data,r=this.pager.packedTexture.value.image.data,i=[r,this.pager.extTexture.value.image.data];for(let a=0;a<this.numSplats;++a){let o=n[a],s=t?vu(i,o):Su(r,o,this.splatEncoding);e(a,s.center,s.scales,s.quaternion,s.opacity,s.color)}}},Af=class e{constructor(t){this.fetchPause=0,this.splatsChunkToPage=new Map,this.pageToSplatsChunk=[],this.renderer=t.renderer,this.extSplats=t.extSplats??!1,this.pageSplats=Of,this.maxSplats=t.maxSplats??16777216,this.maxPages=Math.ceil(this.maxSplats/Of),this.maxSplats=this.maxPages*Of,this.maxSh=t.maxSh??3,this.curSh=0,this.autoDrive=t.autoDrive??!0,this.numFetchers=t.numFetchers??3,this.splatsChunkToPage=new Map,this.pageToSplatsChunk=Array(this.maxPages),this.pageFreelist=Array.from({length:this.maxPages},(e,t)=>t),this.pageLru=new Set,this.freeablePages=[],this.newUploads=[],this.readyUploads=[],this.lodTreeUpdates=[],this.fetchers=[],this.fetched=[],this.fetchPriority=[],this.packedTexture=new fl({value:this.newUint32ArrayTexture(4)}),this.extTexture=new fl({value:this.extSplats?this.newUint32ArrayTexture(4):e.emptyExtTexture});let n=this.extSplats?e.emptyExtShTextures:e.emptyShTextures;this.shTextures=n.map(e=>new fl({value:e})),this.readIndex=cc({index:`int`,numSplats:`int`,indices:`usampler2D`},{index:`int`},({index:e,numSplats:t,indices:n})=>new oc({inTypes:{index:`int`,numSplats:`int`,indices:`usampler2D`},outTypes:{index:`int`},inputs:{index:e,numSplats:t,indices:n},statements:({inputs:e,outputs:t})=>dc(`
            if (${e.index} >= ${e.numSplats}) {
              return;
            }

            ivec2 indexCoord = ivec2((${e.index} >> 2) & 4095, ${e.index} >> 14);
            uint index = texelFetch(${e.indices}, indexCoord, 0)[${e.index} & 3];
            ${t.index} = int(index);
          `)}).outputs),this.readSplat=cc({index:`int`,rgbMinMaxLnScaleMinMax:`vec4`,lodOpacity:`bool`},{gsplat:hc},({index:e,rgbMinMaxLnScaleMinMax:t,lodOpacity:n})=>new oc({inTypes:{index:`int`,packedTexture:`usampler2DArray`,rgbMinMaxLnScaleMinMax:`vec4`,lodOpacity:`bool`},outTypes:{gsplat:hc},inputs:{index:e,packedTexture:this.packedTexture,rgbMinMaxLnScaleMinMax:t,lodOpacity:n},globals:()=>[Dc],statements:({inputs:e,outputs:t})=>dc(`
            int index = ${e.index};
            ivec3 splatCoord = pagedSplatTexCoord(index);
            uvec4 packedData = texelFetch(${e.packedTexture}, splatCoord, 0);

            unpackSplatEncoding(packedData, ${t.gsplat}.center, ${t.gsplat}.scales, ${t.gsplat}.quaternion, ${t.gsplat}.rgba, ${e.rgbMinMaxLnScaleMinMax});
            if ((${t.gsplat}.rgba.a == 0.0) || all(equal(${t.gsplat}.scales, vec3(0.0, 0.0, 0.0)))) {
              return;
            }
            
            ${t.gsplat}.index = index;
            ${t.gsplat}.flags = GSPLAT_FLAG_ACTIVE;
            if (${e.lodOpacity}) {
              ${t.gsplat}.rgba.a *= 2.0;
            }
          `)}).outputs),this.readSplatDir=cc({index:`int`,rgbMinMaxLnScaleMinMax:`vec4`,lodOpacity:`bool`,viewOrigin:`vec3`,numSh:`int`,shMax:`vec3`},{gsplat:hc},({index:e,rgbMinMaxLnScaleMinMax:t,lodOpacity:n,viewOrigin:r,numSh:i,shMax:a})=>{if(!e||!t||!n||!r||!i||!a)throw Error(`index and viewOrigin are required`);let o=this.readSplat.apply({index:e,rgbMinMaxLnScaleMinMax:t,lodOpacity:n}).gsplat,s=Sc(o).outputs.center,c=Zu(Ku(s,r)),l=uf({coord:Ec(e),viewDir:c,numSh:i,sh1Texture:this.shTextures[0],sh2Texture:this.shTextures[1],sh3Texture:this.shTextures[2],shMax:a}).rgb;return l=Gu(l,Sc(o).outputs.rgb),o=Cc({gsplat:o,rgb:l}),{gsplat:o}}),this.readSplatExt=cc({index:`int`},{gsplat:hc},({index:e})=>new oc({inTypes:{index:`int`,extTexture1:`usampler2DArray`,extTexture2:`usampler2DArray`},outTypes:{gsplat:hc},inputs:{index:e,extTexture1:this.packedTexture,extTexture2:this.extTexture},globals:()=>[Dc],statements:({inputs:e,outputs:t})=>dc(`
            int index = ${e.index};
            ivec3 splatCoord = ivec3(index & 255, (index >> 8) & 255, index >> 16);
            uvec4 ext1 = texelFetch(${e.extTexture1}, splatCoord, 0);
            float alpha = unpackSplatExtAlpha(ext1);
            if (alpha == 0.0) {
              return;
            }

            uvec4 ext2 = texelFetch(${e.extTexture2}, splatCoord, 0);
            unpackSplatExt(ext1, ext2, ${t.gsplat}.center, ${t.gsplat}.scales, ${t.gsplat}.quaternion, ${t.gsplat}.rgba);
            if (all(equal(${t.gsplat}.scales, vec3(0.0, 0.0, 0.0)))) {
              return;
            }

            ${t.gsplat}.index = index;
            ${t.gsplat}.flags = GSPLAT_FLAG_ACTIVE;
          `)}).outputs),this.readSplatExtDir=cc({index:`int`,viewOrigin:`vec3`,numSh:`int`},{gsplat:hc},({index:e,viewOrigin:t,numSh:n})=>{if(!e||!t||!n)throw Error(`index and viewOrigin are required`);let r=this.readSplatExt.apply({index:e}).gsplat,i=Sc(r).outputs.center,a=Zu(Ku(i,t)),o=Cf({coord:Ec(e),viewDir:a,numSh:n,sh1Texture:this.shTextures[0],sh2Texture:this.shTextures[1],sh3TextureA:this.shTextures[2],sh3TextureB:this.shTextures[3]}).rgb;return o=Gu(o,Sc(r).outputs.rgb),r=Cc({gsplat:r,rgb:o}),{gsplat:r}})}dispose(){this.autoDrive=!1,this.numFetchers=0,this.packedTexture.value.dispose(),this.packedTexture.value.source.data=null,this.extTexture.value!==e.emptyExtTexture&&(this.extTexture.value.dispose(),this.extTexture.value.source.data=null);let t=this.extSplats?e.emptyExtShTextures:e.emptyShTextures;for(let e=0;e<t.length;e++){let n=this.shTextures[e].value;n!==t[e]&&(n.dispose(),n.source.data=null)}}ensureShTextures(t){this.curSh=Math.max(this.curSh,t);let n=this.extSplats?e.emptyExtShTextures:e.emptyShTextures;for(let t=0;t<this.curSh;t++)if(this.shTextures[t].value===n[t]){let n=this.shTextures[t].value===e.emptyUint32x2?2:4;this.shTextures[t].value=this.newUint32ArrayTexture(n)}}allocatePage(){return this.pageFreelist.shift()}getSplatsChunk(e,t){let n=this.splatsChunkToPage.get(e);if(n)return n[t]}insertSplatsChunkPage(e,t,n,r){this.splatsChunkToPage.has(e)||this.splatsChunkToPage.set(e,[]);let i=this.splatsChunkToPage.get(e);if(!i)throw Error(`impossible`);t>=i.length&&(i.length=t+1);let a={page:n,lru:r};return i[t]=a,this.pageLru.add(a),this.pageToSplatsChunk[n]={splats:e,chunk:t,time:performance.now()},this.pageToSplatsChunk[n]}removeSplatsChunkPage(e,t,n){let r=this.splatsChunkToPage.get(e);if(!r)throw Error(`impossible`);let i=r[t];if(!i)throw Error(`pageLru not found for splats: ${e}, chunk: ${t}, page: ${n}`);for(this.pageLru.delete(i),r[t]=void 0;r.length>0&&r[r.length-1]===void 0;)r.pop();for(r.length===0&&this.splatsChunkToPage.delete(e),this.pageToSplatsChunk[n]=void 0;this.pageToSplatsChunk.length>0&&this.pageToSplatsChunk[this.pageToSplatsChunk.length-1]===void 0;)this.pageToSplatsChunk.pop()}removeSplats(e){let t=this.splatsChunkToPage.get(e);if(!t)return;let n=new Set;for(;t.length>0;){let e=t.pop();if(e){let{page:t}=e;this.pageToSplatsChunk[t]=void 0,n.add(t),this.pageFreelist.push(t),this.pageLru.delete(e)}}this.splatsChunkToPage.delete(e),this.freeablePages=this.freeablePages.filter(e=>!n.has(e))}uploadPage(e,t,n,r){let i=e*Of;Nf(this.packedTexture,e,i*4,t),r&&Nf(this.extTexture,e,i*4,r);let a=Math.min(n.length,3);this.ensureShTextures(a);for(let t=0;t<n.length;t++){let r=n[t],a=this.shTextures[t].value.format===1031?2:4;Nf(this.shTextures[t],e,i*a,r)}}newUint32ArrayTexture(e){let t=new G(new Uint32Array(this.maxPages*Ef*Df*e),Ef,Df,this.maxPages);return t.format=e===2?x:S,t.type=u,t.internalFormat=e===2?`RG32UI`:`RGBA32UI`,t.needsUpdate=!0,t.source.dataReady=!1,this.renderer.initTexture(t),t}driveFetchers(){let e=[],t=[],n=0;for(let{splats:r,chunk:i}of this.fetchPriority){let a=this.getSplatsChunk(r,i);if(a)n>=this.maxPages?t.push(a):e.push(a),n+=1;else if(this.fetched.some(({splats:e,chunk:t})=>r===e&&i===t)||this.fetchers.some(({splats:e,chunk:t})=>r===e&&i===t))n+=1;else if(n<this.maxPages&&this.fetchers.length<this.numFetchers){n+=1;let e={splats:r,chunk:i};this.fetchers.push(e),r.fetchDecodeChunk(i).then(async e=>{r.abortController.signal.aborted||(this.fetched.push({splats:r,chunk:i,data:e}),this.fetchPause>0&&await new Promise(e=>setTimeout(e,this.fetchPause)))},async e=>{e.name!==`AbortError`&&console.warn(e);let t=250+500*Math.random();await new Promise(e=>setTimeout(e,t))}).finally(()=>{let t=this.fetchers.indexOf(e);this.fetchers[t]=this.fetchers[this.fetchers.length-1],this.fetchers.length--,this.processFetched()}).then(e=>{this.autoDrive&&this.driveFetchers()})}}let r=performance.now();for(let e of t.reverse())e.lru=r,this.pageLru.delete(e),this.pageLru.add(e);let i=new Set(this.pageLru);for(let t of e.reverse())i.delete(t),t.lru=r,this.pageLru.delete(t),this.pageLru.add(t);this.freeablePages=Array.from(i).map(({page:e})=>e)}allocateFreeable(){let e=this.freeablePages.shift();if(e===void 0)return;let t=this.pageToSplatsChunk[e];if(!t)throw Error(`splatsChunk not found for page: ${e}`);let{splats:n,chunk:r}=t;return this.removeSplatsChunkPage(n,r,e),this.lodTreeUpdates.push({splats:n,page:e,chunk:r,numSplats:Of}),e}processFetched(){let e=performance.now();for(;;){let t=this.fetched.shift();if(!t)break;let{splats:n,chunk:r,data:i}=t,a=this.allocatePage();if(a===void 0&&(a=this.allocateFreeable(),a===void 0))return;this.insertSplatsChunkPage(n,r,a,e);let{numSplats:o,extra:s}=i;if(this.lodTreeUpdates.push({splats:n,page:a,chunk:r,numSplats:o,lodTree:s.lodTree}),Mf(i,this.extSplats)){let e=i.extArrays,t=e[0],n=e[1],r=[i.extra.sh1,i.extra.sh2,i.extra.sh3a,i.extra.sh3b],s=r.findIndex(e=>!e);s>=0&&(r.length=s),this.newUploads.push({page:a,numSplats:o,packedArray:t,extArray:n,shArrays:r})}else{let e=i.packedArray,t=[i.extra.sh1,i.extra.sh2,i.extra.sh3],n=t.findIndex(e=>!e);n>=0&&(t.length=n),this.newUploads.push({page:a,numSplats:o,packedArray:e,shArrays:t})}}}processUploads(){for(;;){let e=this.readyUploads.shift();if(!e)break;let{page:t,numSplats:n,packedArray:r,extArray:i,shArrays:a}=e;this.uploadPage(t,r,a,i)}}consumeLodTreeUpdates(){let e=this.lodTreeUpdates;return this.lodTreeUpdates=[],this.readyUploads.push(...this.newUploads),this.newUploads=[],e}};Af.emptyUint32x4=(()=>{let{width:e,height:t,depth:n,maxSplats:r}=Cu(1),i=new G(new Uint32Array(r*4),e,t,n);return i.format=S,i.type=u,i.internalFormat=`RGBA32UI`,i.needsUpdate=!0,i})(),Af.emptyUint32x2=(()=>{let{width:e,height:t,depth:n,maxSplats:r}=Cu(1),i=new G(new Uint32Array(r*2),e,t,n);return i.format=x,i.type=u,i.internalFormat=`RG32UI`,i.needsUpdate=!0,i})(),Af.emptyIndicesTexture=(()=>{let e=new Wn(new Uint32Array(16384),4096,1);return e.format=S,e.type=u,e.internalFormat=`RGBA32UI`,e.needsUpdate=!0,e})(),Af.emptyPackedTexture=Af.emptyUint32x4,Af.emptyExtTexture=Af.emptyUint32x4,Af.emptyShTextures=[Af.emptyUint32x2,Af.emptyUint32x4,Af.emptyUint32x4],Af.emptyExtShTextures=[Af.emptyUint32x4,Af.emptyUint32x4,Af.emptyUint32x4,Af.emptyUint32x4];var jf=Af;function Mf(e,t){return t}function Nf(e,t,n,r){e.value.image.data.subarray(n,n+r.length).set(r),e.value.addLayerUpdate(t),e.value.needsUpdate=!0,e.value.source.dataReady=!0}async function Pf({url:e,requestHeader:t,withCredentials:n,offset:r,bytes:i,signal:a}){let o=new Request(e,{headers:t?new Headers(t):void 0,credentials:n?`include`:`same-origin`,signal:a});r!==void 0&&i!==void 0&&o.headers.set(`Range`,`bytes=${r}-${r+i-1}`);let s=await fetch(o);if(!s.ok||!s.body)throw Error(`Failed to fetch "${e}": ${s.status} ${s.statusText}`);return new Uint8Array(await s.arrayBuffer())}var Ff=class{constructor(){this.fetchDyno=new oc({inTypes:{},outTypes:{gsplat:hc},globals:()=>[Dc],statements:({outputs:e})=>dc(`
      ${e.gsplat}.flags = 0u;
      return;
    `)}).outputs.gsplat}prepareFetchSplat(){}dispose(){}getNumSplats(){return 0}hasRgbDir(){return!1}getNumSh(){return 0}setMaxSh(e){}fetchSplat({index:e}){return this.fetchDyno}forEachSplat(){}},If=class e extends Od{constructor(e={}){if(super({update:e=>this.update(e)}),this.isInitialized=!1,this.recolor=new J(1,1,1),this.opacity=1,this.generatorDirty=!0,this.enableViewToObject=!1,this.enableViewToWorld=!1,this.enableWorldToView=!1,this.skinning=null,this.edits=null,this.rgbaDisplaceEdits=null,this.splatRgba=null,this.maxSh=3,this.showLodPageDyno=new ol({value:0}),e.splats)this.splats=e.splats,this.numSplats=e.splats.getNumSplats();else if(e.paged){e.extSplats&&console.warn(`To set extSplats with the paged option, set SparkRenderer.pagedExtSplats`);let t=e.url??``;if(e.paged instanceof kf)this.paged=e.paged;else{let n={rootUrl:t};if(e.paged instanceof jf)n.pager=e.paged;else if(e.paged===!0)n.fileType=e.fileType;else throw Error(`Invalid paged option`);this.paged=new kf(n)}this.splats=this.paged}else e.extSplats?(this.extSplats=e.extSplats instanceof vf?e.extSplats:new vf,e.extSplats=this.extSplats,this.numSplats=this.extSplats.numSplats,this.splats=this.extSplats):e.packedSplats?(this.packedSplats=e.packedSplats,this.packedSplats.splatEncoding=e.splatEncoding??{...Bs},this.splats=this.packedSplats):this.packedSplats=new af;if(this.editable=e.editable??!0,this.raycastable=e.raycastable??!0,this.minRaycastOpacity=e.minRaycastOpacity??.2,this.onFrame=e.onFrame,this.context={transform:new Ed,viewToWorld:new Ed,worldToView:new Ed,viewToObject:new Ed,covTransform:new Dd,covViewToWorld:new Dd,covWorldToView:new Dd,covViewToObject:new Dd,recolor:new ll({value:new Le().setScalar(-1/0)}),time:new sl({value:0}),deltaTime:new sl({value:0}),numSplats:new ol({value:0}),splats:new Ff,enableLod:new al({value:!1}),lodIndices:new dl({value:Bf,key:`lodIndices`})},this.covSplats=e.covSplats??!1,this.covSplats&&!this.extSplats)throw Error(`CovSplats requires ExtSplats`);if(this.objectModifiers=e.objectModifier?[e.objectModifier]:void 0,this.worldModifiers=e.worldModifier?[e.worldModifier]:void 0,e.objectModifiers&&(this.objectModifiers=e.objectModifiers),e.worldModifiers&&(this.worldModifiers=e.worldModifiers),this.enableLod=e.enableLod,this.lodScale=e.lodScale??1,this.behindFoveate=e.behindFoveate,this.coneFov0=e.coneFov0,this.coneFov=e.coneFov,this.coneFoveate=e.coneFoveate,this.updateGenerator(),e.url||e.fileBytes||e.stream||e.constructSplats||e.packedSplats&&!e.packedSplats.isInitialized||this.extSplats&&!this.extSplats.isInitialized)this.initialized=this.asyncInitialize(e).then(async()=>{if(this.updateGenerator(),this.isInitialized=!0,e.onLoad){let t=e.onLoad(this);t instanceof Promise&&await t}return this});else if(this.isInitialized=!0,this.initialized=Promise.resolve(this),e.onLoad){let t=e.onLoad(this);t instanceof Promise&&(this.initialized=t.then(()=>this))}}async asyncInitialize(e){let{url:t,fileBytes:n,fileType:r,fileName:i,stream:a,streamLength:o,maxSplats:s,constructSplats:c,onProgress:l,splatEncoding:u,lod:d,nonLod:f,lodAbove:p}=e;if(this.packedSplats){if(t||n||a||c){let e={url:t,fileBytes:n,fileType:r,fileName:i,stream:a,streamLength:o,maxSplats:s,construct:c,onProgress:l,splatEncoding:u,lod:d,nonLod:f,lodAbove:p};this.packedSplats.reinitialize(e)}await this.packedSplats.initialized,this.splats=this.packedSplats}else if(this.extSplats&&(t||n||a||c)){let e=c;this.extSplats.reinitialize({url:t,fileBytes:n,fileType:r,fileName:i,stream:a,streamLength:o,maxSplats:s,construct:e,onProgress:l,lod:d,nonLod:f,lodAbove:p}),await this.extSplats.initialized,this.splats=this.extSplats}this.splats&&(this.numSplats=this.splats.getNumSplats(),this.updateGenerator())}pushSplat(e,t,n,r,i){this.packedSplats?this.packedSplats.pushSplat(e,t,n,r,i):this.extSplats&&this.extSplats.pushSplat(e,t,n,r,i)}forEachSplat(e){var t;(t=this.splats)==null||t.forEachSplat(e)}dispose(){var e;(e=super.dispose)==null||e.call(this),this.splats&&this.splats!==this.packedSplats&&this.splats!==this.extSplats&&(this.splats.dispose(),this.splats=void 0),this.packedSplats&&=(this.packedSplats.dispose(),void 0),this.extSplats&&=(this.extSplats.dispose(),void 0)}getBoundingBox(e=!0){var t;if(!this.initialized)throw Error(`Cannot get bounding box before SplatMesh is initialized`);let n=new V(1/0,1/0,1/0),r=new V(-1/0,-1/0,-1/0),i=new V,a=[-1,1];function o(t,o,s,c,l,u){if(e)n.min(o),r.max(o);else for(let e of a)for(let t of a)for(let l of a)i.set(e*s.x,t*s.y,l*s.z),i.applyQuaternion(c),i.add(o),n.min(i),r.max(i)}return(t=this.splats)==null||t.forEachSplat(o),new Lt(n,r)}set objectModifier(e){this.objectModifiers=e?[e]:void 0}set worldModifier(e){this.worldModifiers=e?[e]:void 0}constructGenerator(e){if(this.covSplats)return this.constructCovGenerator(e);let{transform:t,viewToObject:n,recolor:r}=e,i=cc({index:`int`},{gsplat:hc},({index:i})=>{if(!i)throw Error(`index is undefined`);i=Rf(e.lodIndices,i,e.numSplats,e.enableLod,this.showLodPageDyno),e.splats.setMaxSh(this.maxSh),e.splats.prepareFetchSplat();let a=e.splats.fetchSplat({index:i,viewOrigin:n.translate});if(this.splatRgba&&(a=zf(a,this.splatRgba.dyno,i,e.enableLod)),this.skinning&&(a=this.skinning.modify(a)),this.objectModifiers)for(let e of this.objectModifiers)a=e.apply({gsplat:a}).gsplat;a=t.applyGsplat(a);let o=qu(r,Sc(a).outputs.rgba);if(a=Cc({gsplat:a,rgba:o}),this.rgbaDisplaceEdits&&(a=this.rgbaDisplaceEdits.modify(a)),this.worldModifiers)for(let e of this.worldModifiers)a=e.apply({gsplat:a}).gsplat;return{gsplat:a}});this.generator=i,this.covGenerator=void 0}constructCovGenerator(e){let{covTransform:t,covViewToObject:n,recolor:r}=e,i=cc({index:`int`},{covsplat:gc},({index:i})=>{if(!i)throw Error(`index is undefined`);i=Rf(e.lodIndices,i,e.numSplats,e.enableLod,this.showLodPageDyno),e.splats.prepareFetchSplat();let a=e.splats.fetchSplat({index:i,viewOrigin:n.offset});if(this.splatRgba&&(a=zf(a,this.splatRgba.dyno,i,e.enableLod)),this.objectModifiers)for(let e of this.objectModifiers)a=e.apply({gsplat:a}).gsplat;let o=xc(a);if(this.skinning&&(o=this.skinning.modifyCov(o)),this.covObjectModifiers)for(let e of this.covObjectModifiers)o=e.apply({covsplat:o}).covsplat;o=t.applyCovSplat(o);let s=qu(r,zc(o).outputs.rgba);if(o=Bc({covsplat:o,rgba:s}),this.rgbaDisplaceEdits&&(o=this.rgbaDisplaceEdits.modifyCov(o)),this.covWorldModifiers)for(let e of this.covWorldModifiers)o=e.apply({covsplat:o}).covsplat;return{covsplat:o}});this.generator=void 0,this.covGenerator=i}updateGenerator(){this.generatorDirty=!0}update({renderer:t,time:n,deltaTime:r,viewToWorld:i,camera:a,renderSize:o,globalEdits:s,lodIndices:c}){var l;this.context.time.value=n,this.context.deltaTime.value=r,e.dynoTime.value=n,this.showLodPageDyno.value=this.showLodPage??-1;let u=this.splats??this.packedSplats??this.extSplats;u&&(this.context.splats=u),this.numSplats=this.context.splats.getNumSplats();let d=!1,f=this.packedSplats?.lodSplats??this.extSplats?.lodSplats;if(this.context.enableLod.value=f!=null&&c!=null,this.enableLod===!1&&(this.context.enableLod.value=!1),this.context.lodIndices.value=c?.texture??Bf,this.context.enableLod.value&&f&&(this.context.splats=f,this.numSplats=c?.numSplats??0),this.context.numSplats.value=this.numSplats,this.context.splats!==this.lastSplats&&(this.lastSplats=this.context.splats,this.generatorDirty=!0),this.covSplats){this.context.covTransform.update(this)&&(d=!0),this.context.covViewToWorld.updateFromMatrix(i)&&this.enableViewToWorld&&(d=!0);let e=i.clone().invert();this.context.covWorldToView.updateFromMatrix(e)&&this.enableWorldToView&&(d=!0);let t=this.matrixWorld.clone().invert().multiply(i);this.context.covViewToObject.updateFromMatrix(t)&&(this.enableViewToObject||this.context.splats.hasRgbDir())&&(d=!0)}else{this.context.transform.update(this)&&(d=!0),this.context.viewToWorld.updateFromMatrix(i)&&this.enableViewToWorld&&(d=!0);let e=i.clone().invert();this.context.worldToView.updateFromMatrix(e)&&this.enableWorldToView&&(d=!0);let t=new Ve().compose(this.context.transform.translate.value,this.context.transform.rotate.value,new V().setScalar(this.context.transform.scale.value)).invert().multiply(i);this.context.viewToObject.updateFromMatrix(t)&&(this.enableViewToObject||this.context.splats.hasRgbDir())&&(d=!0)}let p=new Le(this.recolor.r,this.recolor.g,this.recolor.b,this.opacity);p.equals(this.context.recolor.value)||(this.context.recolor.value.copy(p),d=!0);let m=this.editable?(this.edits??[]).concat(s):[];this.editable&&!this.edits&&this.traverseVisible(e=>{e instanceof vd&&m.push(e)}),m.sort((e,t)=>e.ordering-t.ordering);let h=m.map(e=>{if(e.sdfs!=null)return{edit:e,sdfs:e.sdfs};let t=[];return e.traverseVisible(e=>{e instanceof gd&&t.push(e)}),{edit:e,sdfs:t}});if(h.length>0&&!this.rgbaDisplaceEdits){let e=h.length,t=h.reduce((e,t)=>e+t.sdfs.length,0);this.rgbaDisplaceEdits=new yd({maxEdits:e,maxSdfs:t}),this.generatorDirty=!0}if(this.rgbaDisplaceEdits){let e=this.rgbaDisplaceEdits.update(h);d||=e.updated,e.dynoUpdated&&(this.generatorDirty=!0)}this.generatorDirty&&(this.constructGenerator(this.context),this.generatorDirty=!1,d=!0),d&&this.updateVersion(),(l=this.onFrame)==null||l.call(this,{mesh:this,time:n,deltaTime:r})}raycast(t,n){if(!Xd()||!this.raycastable||!this.packedSplats&&!this.extSplats&&!this.paged)return;let r=this.paged!=null,i=r?this.paged?.pager?.extSplats??!1:this.extSplats!=null,{near:a,far:o,ray:s}=t,c=this.matrixWorld.clone().invert(),l=new H().setFromMatrix4(c),u=s.origin.clone().applyMatrix4(c),d=s.direction.clone().applyMatrix3(l),f=Nd(),p=f.length/4,m=0,h=this.raycastIndices?.numSplats??(r?this.paged?.numSplats:this.context.numSplats.value)??0,g=this.raycastIndices?.indices??(r?this.paged?.dynoIndices.value.image.data:this.context.enableLod.value?this.context.lodIndices.value.image.data:null)??null;if(i){let e=Pd(),t=r?(this.paged?.pager)?.packedTexture.value.image.data:g?(this.extSplats?.lodSplats)?.extArrays[0]:this.extSplats?.extArrays[0],n=r?(this.paged?.pager)?.extTexture.value.image.data:g?(this.extSplats?.lodSplats)?.extArrays[1]:this.extSplats?.extArrays[1];if(!t||!n)return;for(let r=0;r<h;r+=p){let i=Math.min(p,h-r);if(!g)f.set(t.subarray(r*4,(r+i)*4)),e.set(n.subarray(r*4,(r+i)*4));else for(let a=0;a<i;++a){let i=g[r+a],o=a*4,s=i*4;f[o]=t[s],f[o+1]=t[s+1],f[o+2]=t[s+2],f[o+3]=t[s+3],e[o]=n[s],e[o+1]=n[s+1],e[o+2]=n[s+2],e[o+3]=n[s+3]}let s=Fd(u.x,u.y,u.z,d.x,d.y,d.z,this.minRaycastOpacity,a,o,i);m=this.appendRaycastBuffer(m,s)}}else{let e=r?(this.paged?.pager)?.packedTexture.value.image.data:g?this.packedSplats?.lodSplats?.packedArray:this.packedSplats?.packedArray;if(!e)return;let t=r?this.paged?.splatEncoding:this.packedSplats?.splatEncoding;for(let n=0;n<h;n+=p){let r=Math.min(p,h-n);if(!g)f.set(e.subarray(n*4,(n+r)*4));else for(let t=0;t<r;++t){let r=g[n+t],i=t*4,a=r*4;f[i]=e[a],f[i+1]=e[a+1],f[i+2]=e[a+2],f[i+3]=e[a+3]}let i=Id(u.x,u.y,u.z,d.x,d.y,d.z,this.minRaycastOpacity,a,o,r,t?.lnScaleMin??-12,t?.lnScaleMax??9,t?.lodOpacity??!1);m=this.appendRaycastBuffer(m,i)}}for(let t of e.raycastBuffer.subarray(0,m)){let e=s.direction.clone().multiplyScalar(t).add(s.origin);n.push({distance:t,point:e,object:this})}}appendRaycastBuffer(t,n){let r=t+n.length,i=e.raycastBuffer.length;if(r>i){for(;i<r;)i*=2;let n=new Float32Array(i);n.set(e.raycastBuffer.subarray(0,t)),e.raycastBuffer=n}return e.raycastBuffer.set(n,t),t+n.length}async createLodSplats({rgbaArray:e,quality:t}={}){this.packedSplats?await this.packedSplats.createLodSplats({quality:t,rgbaArray:e}):this.extSplats&&await this.extSplats.createLodSplats({quality:t,rgbaArray:e})}};If.dynoTime=new sl({value:0}),If.raycastBuffer=new Float32Array(1024);var Lf=If;function Rf(e,t,n,r,i){return lc({inTypes:{lodIndices:`usampler2D`,index:`int`,numSplats:`int`,enableLod:`bool`,showLodPage:`int`},outTypes:{index:`int`},inputs:{lodIndices:e,index:t,numSplats:n,enableLod:r,showLodPage:i},statements:({inputs:e,outputs:t})=>dc(`
        int index = ${e.index};
        if (${e.showLodPage} < 0) {
          if (index >= ${e.numSplats}) {
            return;
          }
          if (${e.enableLod}) {
            ivec2 lodIndexCoord = ivec2((index >> 2) & 4095, index >> 14);
            uint splatIndex = texelFetch(${e.lodIndices}, lodIndexCoord, 0)[index & 3];
            ${t.index} = int(splatIndex);
          } else {
            ${t.index} = index;
          }
        } else {
          int start = ${e.showLodPage} << 16;
          if (index >= 65536) {
            return;
          }
          ${t.index} = start + index;
        }
      `)}).outputs.index}function zf(e,t,n,r){return lc({inTypes:{gsplat:hc,rgba:Tf,index:`int`,enableLod:`bool`},outTypes:{gsplat:hc},inputs:{gsplat:e,rgba:t,index:n,enableLod:r},statements:({inputs:e,outputs:t})=>dc(`
        ${t.gsplat} = ${e.gsplat};
        if (!${e.enableLod} && (${e.index} >= 0) && (${e.index} < ${e.rgba}.count)) {
          ${t.gsplat}.rgba = texelFetch(${e.rgba}.texture, splatTexCoord(${e.index}), 0);
        }
      `)}).outputs.gsplat}var Bf=(()=>{let e=new Wn(new Uint32Array(16384),4096,1,S,u);return e.internalFormat=`RGBA32UI`,e.needsUpdate=!0,e})(),Vf=class e{constructor({extSplats:e,covSplats:t}={}){if(this.time=0,this.deltaTime=0,this.viewToWorld=new Ve,this.viewOrigin=new V,this.viewDirection=new V,this.maxSplats=0,this.numSplats=0,this.target=null,this.mapping=[],this.version=-1,this.mappingVersion=-1,this.readback=null,this.readbackSplats=[],!tu)throw Error(`Spark requires THREE.js r179 or above`);this.extSplats=e??!0,this.covSplats=t??!1}dispose(){this.target&&=(this.target.dispose(),null)}getTextures(){return this.target?this.target.textures:e.emptyTextures}generateMapping(e){let t=0,n=e.map(e=>{let n=t,r=Math.ceil(e/Z)*Z;return t+=r,{base:n,count:e}});return{maxSplats:t,mapping:n}}ensureGenerate({maxSplats:e}){if(this.target&&(e??1)<=this.maxSplats)return!1;this.dispose();let t=Cu(e??1),{width:n,height:r,depth:i}=t;if(this.maxSplats=t.maxSplats,this.target=new Be(n,r,i,{depthBuffer:!1,stencilBuffer:!1,generateMipmaps:!1,magFilter:a,minFilter:a,format:S,type:u}),this.target.scissorTest=!0,this.extSplats){let e=this.target.texture.clone(),t=this.target.texture.clone();t.format=g,t.type=c,t.internalFormat=`RGBA8`,this.target.textures=[this.target.texture,e,t]}else{let e=this.target.texture.clone();e.format=g,e.type=c,e.internalFormat=`RGBA8`,this.target.textures=[this.target.texture,e]}return!0}saveRenderState(e){return{target:e.getRenderTarget(),activeCubeFace:e.getActiveCubeFace(),activeMipmapLevel:e.getActiveMipmapLevel(),xrEnabled:e.xr.enabled,autoClear:e.autoClear}}resetRenderState(e,t){e.setRenderTarget(t.target,t.activeCubeFace,t.activeMipmapLevel),e.xr.enabled=t.xrEnabled,e.autoClear=t.autoClear}prepareProgramMaterial(t,n){let r=t??n;if(!r)throw Error(`Either generator or covGenerator must be provided`);let i=e.generatorProgram.get(r);i||(i=new Ru({graph:cc({index:`int`},{},({index:r},i,{roots:a})=>{if(t&&(t.inputs.index=r),n&&(n.inputs.index=r),this.extSplats){if(!this.covSplats){if(t){let e=qc(t.outputs.gsplat);a.push(e)}else throw Error(`Generator must be provided`)}else if(n){let e=Jc(n.outputs.covsplat);a.push(e)}else if(t){let e=Jc(xc(t.outputs.gsplat));a.push(e)}else throw Error(`Generator must be provided`)}else{if(this.covSplats){let r;if(n)r=n.outputs.covsplat;else if(t)r=xc(t.outputs.gsplat);else throw Error(`Generator must be provided`);let i=Ku(zc(r).outputs.center,e.viewCenterUniform),o=qu(zc(r).outputs.opacity,rc(`float`,.5));r=Bc({covsplat:r,center:i,opacity:o});let s=Kc(r,rc(`vec4`,[0,1,-12,9]));a.push(s)}else if(t){let n=Ku(Sc(t.outputs.gsplat).outputs.center,e.viewCenterUniform),r=qu(Sc(t.outputs.gsplat).outputs.opacity,rc(`float`,.5)),i=Gc(Cc({gsplat:t.outputs.gsplat,center:n,opacity:r}),rc(`vec4`,[0,1,-12,9]));a.push(i)}else throw Error(`Generator must be provided`);if(!t)throw Error(`Generator must be provided`)}if(t){let n=Yc(t.outputs.gsplat,e.viewCenterUniform,e.viewDirUniform,e.sortRadialUniform);a.push(n)}if(n){let t=Xc(n.outputs.covsplat,e.viewCenterUniform,e.viewDirUniform,e.sortRadialUniform);a.push(t)}}),inputs:{index:`_index`},outputs:{},template:this.extSplats?e.programExtTemplate:e.programTemplate}),e.generatorProgram.set(r,i)),Object.assign(i.uniforms,{targetLayer:{value:0},targetBase:{value:0},targetCount:{value:0}});let a=i.prepareMaterial();return e.fullScreenQuad.material=a,{program:i,material:a}}generate({generator:t,covGenerator:n,base:r,count:i,renderer:a}){if(!this.target)throw Error(`Target must be initialized with ensureGenerate`);if(r+i>this.maxSplats)throw Error(`Base + count exceeds maxSplats`);let{program:o,material:s}=this.prepareProgramMaterial(t,n);o.update();let c=this.saveRenderState(a),l=Math.ceil((r+i)/Z)*Z,u=Z*Ls;for(s.uniforms.targetBase.value=r,s.uniforms.targetCount.value=i;r<l;){let t=Math.floor(r/u);s.uniforms.targetLayer.value=t;let n=t*u,i=Math.floor((r-n)/Z),o=Math.min(Ls,Math.ceil((l-n)/Z));this.target.scissor.set(0,i,Z,o-i),a.setRenderTarget(this.target,t),a.xr.enabled=!1,a.autoClear=!1,e.fullScreenQuad.render(a),r+=Z*(o-i)}return this.resetRenderState(a,c),{nextBase:l}}prepareGenerate({renderer:t,scene:n,timer:r,camera:i,sortRadial:a,renderSize:o,previous:s,lodInstances:c}){var l;this.viewToWorld.copy(i.matrixWorld),i.getWorldPosition(this.viewOrigin),i.getWorldDirection(this.viewDirection),e.viewCenterUniform.value.copy(this.viewOrigin),e.viewDirUniform.value.copy(this.viewDirection),e.sortRadialUniform.value=a,this.time=r.getElapsed(),this.deltaTime=r.getDelta();let u=[];n.traverse(e=>{e instanceof Od&&(!i.layers||i.layers.test(e.layers))&&u.push(e)});let d=new Set;n.traverseVisible(e=>{if(e instanceof vd){let t=e.parent;for(;t!=null&&!(t instanceof Lf);)t=t.parent;t??d.add(e)}});let f=Array.from(d);for(let e of u)try{(l=e.frameUpdate)==null||l.call(e,{renderer:t,object:e,time:this.time,deltaTime:this.deltaTime,viewToWorld:this.viewToWorld,camera:i,renderSize:o,globalEdits:f,lodIndices:c&&e instanceof Lf?c.get(e):void 0})}catch(t){console.error(`frameUpdate error`,t),e.generator=void 0,e.covGenerator=void 0,e.generatorError=t}let p=[];n.traverseVisible(e=>{e instanceof Od&&(!i.layers||i.layers.test(e.layers))&&p.push(e)});let m=p.map(e=>e.numSplats),{maxSplats:h,mapping:g}=this.generateMapping(m),_=s.mapping.reduce((e,t)=>(e.set(t.node,t),e),new Map);this.mapping=[],this.numSplats=0,g.forEach(({base:e,count:t},n)=>{let r=p[n],i=_.get(r);i&&i.count!==r.numSplats&&r.updateMappingVersion();let{generator:a,covGenerator:o}=r;if((a||o)&&t>0){let{version:n,mappingVersion:i}=r;this.mapping.push({node:r,generator:a,covGenerator:o,version:n,mappingVersion:i,base:e,count:t}),this.numSplats=Math.max(this.numSplats,e+t)}});let{splatsUpdated:v,mappingUpdated:y}=s.checkVersions(this.mapping);return this.version=s.version+ +!!v,this.mappingVersion=s.mappingVersion+ +!!y,{sameMapping:!y,version:this.version,mappingVersion:this.mappingVersion,visibleGenerators:p,generate:()=>{this.ensureGenerate({maxSplats:h});for(let{node:e,base:n,count:r}of this.mapping){let{generator:i,covGenerator:a}=e;(i||a)&&r>0&&this.generate({generator:i,covGenerator:a,base:n,count:r,renderer:t})}},readback:async()=>{let e=this.getTextures();this.readbackSplats.length===0&&(this.readbackSplats=[new fl({value:e[0],key:`extSplats`}),new fl({value:e[1],key:`extSplats`})]),this.readbackSplats[0].value=e[0],this.readbackSplats[1].value=e[1],this.readback||=new pd({renderer:t});let n=this.readback,r=this.extSplats?8:4,i=n.ensureBuffer(this.numSplats*r,new Uint32Array),a=cc({index:`int`},{rgba8:`vec4`},({index:e})=>({rgba8:new oc({inTypes:{index:`int`,extSplats1:`usampler2DArray`,extSplats2:`usampler2DArray`},outTypes:{rgba8:`vec4`},inputs:{index:e,extSplats1:this.readbackSplats[0],extSplats2:this.readbackSplats[1]},statements:({inputs:e,outputs:t})=>this.extSplats?dc(`
                    int indexDiv8 = ${e.index} >> 3;
                    ivec3 coord = splatTexCoord(indexDiv8);
                    uvec4 packedData;
                    if ((${e.index} & 4) == 0) {
                      packedData = texelFetch(${e.extSplats1}, coord, 0);
                    } else {
                      packedData = texelFetch(${e.extSplats2}, coord, 0);
                    }

                    int indexMod4 = ${e.index} & 3;
                    uint data = (indexMod4 == 0) ? packedData.x
                      : (indexMod4 == 1) ? packedData.y
                      : (indexMod4 == 2) ? packedData.z
                      : packedData.w;
                    ${t.rgba8} = uintToVec4(data);
                  `):dc(`
                  int indexDiv4 = ${e.index} >> 2;
                  ivec3 coord = splatTexCoord(indexDiv4);
                  uvec4 packedData = texelFetch(${e.extSplats1}, coord, 0);

                  int indexMod4 = ${e.index} & 3;
                  uint data = (indexMod4 == 0) ? packedData.x
                    : (indexMod4 == 1) ? packedData.y
                    : (indexMod4 == 2) ? packedData.z
                    : packedData.w;
                  ${t.rgba8} = uintToVec4(data);
                `)}).outputs.rgba8}));return await n.renderReadback({reader:a,count:this.numSplats*r,renderer:t,readback:i})}}}checkVersions(e){if(this.mapping.length!==e.length)return{splatsUpdated:!0,mappingUpdated:!0};let t=this.mapping.some((t,n)=>{let r=e[n];return t.node!==r.node||t.base!==r.base||t.count!==r.count||t.mappingVersion!==r.mappingVersion});return t?{splatsUpdated:!0,mappingUpdated:!0}:{splatsUpdated:this.mapping.some((t,n)=>t.version!==e[n].version),mappingUpdated:t}}};Vf.viewCenterUniform=new cl({value:new V}),Vf.viewDirUniform=new cl({value:new V}),Vf.sortRadialUniform=new al({value:!0}),Vf.emptyTexture=(()=>{let{width:e,height:t,depth:n,maxSplats:r}=Cu(1),i=new G(new Uint32Array(r*4),e,t,n);return i.format=S,i.type=u,i.internalFormat=`RGBA32UI`,i.needsUpdate=!0,i})(),Vf.emptyTextures=[Vf.emptyTexture,Vf.emptyTexture],Vf.programExtTemplate=new zu(dd().computeUvec4x2Vec4Template),Vf.programTemplate=new zu(dd().computeUvec4Vec4Template),Vf.generatorProgram=new WeakMap,Vf.fullScreenQuad=new Fs(new fr({visible:!1}));var Hf=Vf,Uf=class extends Qr{constructor(){super(),this.setAttribute(`position`,new tn(Wf,3)),this.setIndex(new tn(Gf,1))}},Wf=new Float32Array([-1,-1,0,1,-1,0,1,1,0,-1,1,0]),Gf=new Uint16Array([0,1,2,0,2,3]),Kf=class e extends Vn{constructor(t){if(!t)throw Error(`SparkRenderer options are required`);if(!t.renderer)throw Error(`renderer is required in SparkRenderer options`);let n=e.makeUniforms();Object.assign(n,t.extraUniforms??{});let r=dd(),i=t.premultipliedAlpha??!0,a=new Uf,o=new dr({glslVersion:N,vertexShader:t.vertexShader??r.splatVertex,fragmentShader:t.fragmentShader??r.splatFragment,uniforms:n,premultipliedAlpha:i,transparent:t.transparent??!0,depthTest:t.depthTest??!0,depthWrite:t.depthWrite??!1,side:2,allowOverride:!1});super(a,o),this.renderSize=new B,this.lastFrame=-1,this.updateTimeoutId=-1,this.orderingTexture=null,this.maxSplats=0,this.activeSplats=0,this.accumulators=[],this.sorting=!1,this.sortDirty=!1,this.lastSortTime=0,this.sortWorker=null,this.sortTimeoutId=-1,this.sortedCenter=new V().setScalar(-1/0),this.sortedDir=new V().setScalar(0),this.readback32=new Uint32Array,this.lastLodRaycastTime=0,this.lodWorker=null,this.lodMeshes=[],this.lodDirty=!1,this.lodIds=new Map,this.lodIdToSplats=new Map,this.lodInitQueue=[],this.lodInstances=new Map,this.lodUpdates=[],this.lastTraverseTime=0,this.pagerId=0,this.superXY=1,this.flushAfterGenerate=!1,this.flushAfterRead=!1,this.readPause=1,this.sortPause=0,this.sortDelay=0,this.pageSizeWarning=!1,this.material=o,this.uniforms=n,this.frustumCulled=!1,this.renderer=t.renderer,this.onDirty=t.onDirty,this.dirty=!0,this.autoUpdate=t.autoUpdate??!0,this.preUpdate=t.preUpdate??!0,this.maxStdDev=t.maxStdDev??Math.sqrt(8),this.minPixelRadius=t.minPixelRadius??0,this.maxPixelRadius=t.maxPixelRadius??512,this.accumExtSplats=t.accumExtSplats??!1,this.covSplats=t.covSplats??!1,this.minAlpha=t.minAlpha??1/255*.5,this.enable2DGS=t.enable2DGS??!1,this.preBlurAmount=t.preBlurAmount??0,this.blurAmount=t.blurAmount??.3,this.focalDistance=t.focalDistance??0,this.apertureAngle=t.apertureAngle??0,this.falloff=t.falloff??1,this.clipXY=t.clipXY??1.4,this.focalAdjustment=t.focalAdjustment??1,this.sortRadial=t.sortRadial??!0,this.minSortIntervalMs=t.minSortIntervalMs??0,this.enableLod=t.enableLod??!0,this.enableDriveLod=t.enableDriveLod??this.enableLod,this.enableLodFetching=t.enableLodFetching??!0,this.lodSplatCount=t.lodSplatCount,this.lodSplatScale=t.lodSplatScale??1,this.lodRenderScale=t.lodRenderScale??1,this.lodInflate=t.lodInflate??!1,this.lodTraverseMode=t.lodTraverseMode??`standard`,this.pagedExtSplats=t.pagedExtSplats??!1;let s=wu()?Du()?96:128:256;this.maxPagedSplats=t.maxPagedSplats??s*65536,this.numLodFetchers=t.numLodFetchers??3,this.behindFoveate=t.behindFoveate??.2,this.coneFov0=t.coneFov0??90,this.coneFov=t.coneFov??120,this.coneFoveate=t.coneFoveate??.4,this.lodRaycast=t.lodRaycast===void 0?wu()?1e4:25e3:t.lodRaycast,this.lodRaycastIntervalMs=t.lodRaycastIntervalMs??500,this.timer=t.timer??new ri,this.ownsTimer=!!t.timer;let l={extSplats:this.accumExtSplats,covSplats:this.covSplats};this.display=new Hf(l),this.current=this.display,this.accumulators.push(new Hf(l)),this.accumulators.push(new Hf(l));let u=this.renderer.getContext().getExtension(`WEBGL_provoking_vertex`);if(u&&u.provokingVertexWEBGL(u.FIRST_VERTEX_CONVENTION_WEBGL),t.target){let{width:e,height:n,doubleBuffer:r,superXY:i,...a}=t.target,o=Math.max(1,Math.min(4,i??1));if(e*o>8192||n*o>8192)throw Error(`Target size too large`);this.superXY=o;let s=e*o,l=n*o,u={format:g,type:c,colorSpace:k,...a};this.target=new ze(s,l,u),r&&(this.backTarget=new ze(s,l,u))}}static makeUniforms(){return{renderSize:{value:new B},near:{value:.1},far:{value:1e3},renderToViewQuat:{value:new xe},renderToViewPos:{value:new V},renderToViewBasis:{value:new H},renderToViewOffset:{value:new V},maxStdDev:{value:1},minPixelRadius:{value:0},maxPixelRadius:{value:512},minAlpha:{value:1/255*.5},enable2DGS:{value:!1},lodInflate:{value:!1},preBlurAmount:{value:0},blurAmount:{value:.3},focalDistance:{value:0},apertureAngle:{value:0},falloff:{value:1},clipXY:{value:1.4},focalAdjustment:{value:1},encodeLinear:{value:!1},ordering:{type:`t`,value:e.emptyOrdering},enableExtSplats:{value:!1},enableCovSplats:{value:!1},extSplats:{type:`t`,value:Hf.emptyTexture},extSplats2:{type:`t`,value:Hf.emptyTexture},time:{value:0},deltaTime:{value:0},debugFlag:{value:!1}}}dispose(){var e;(e=super.dispose)==null||e.call(this),this.target&&=(this.target.dispose(),void 0),this.backTarget&&=(this.backTarget.dispose(),void 0),this.orderingTexture&&=(this.orderingTexture.dispose(),null);let t=new Set;t.add(this.display),t.add(this.current);for(let e of this.accumulators)t.add(e);for(let e of t)e.dispose();let n=this.lodInstances.values();this.lodInstances.clear();for(let e of n)e.texture.dispose();this.sortWorker&&=(this.sortWorker.dispose(),null),this.lodWorker&&=(this.lodWorker.dispose(),null),this.pager&&=(this.pager.dispose(),void 0)}setDirty(){var e;this.dirty||(this.dirty=!0,(e=this.onDirty)==null||e.call(this))}onBeforeRender(t,n,r){let i=e.sparkOverride??this,a=t.info.render.frame,o=a!==i.lastFrame;if(i.lastFrame=a,i.autoUpdate&&o){let e=i.preUpdate&&!t.xr.isPresenting,a=t.xr.isPresenting?t.xr.getCamera():r;e?i.updateInternal({scene:n,camera:a,autoUpdate:!0}):i.updateTimeoutId===-1&&(i.updateTimeoutId=setTimeout(()=>{i.updateTimeoutId=-1,i.updateInternal({scene:n,camera:a,autoUpdate:!0})},1))}let s=t.getRenderTarget(),c=Jf(s);if(s){if(i.renderSize.set(s.width,s.height),c&&i.renderSize.x===1&&i.renderSize.y===1){let e=t.xr.getSession()?.renderState.baseLayer;e&&(i.renderSize.x=e.framebufferWidth,i.renderSize.y=e.framebufferHeight)}}else t.getDrawingBufferSize(i.renderSize);this.uniforms.renderSize.value.copy(i.renderSize);let l=r;this.uniforms.near.value=l.near,this.uniforms.far.value=l.far;let u=this.geometry;u.instanceCount=i.activeSplats;let d=new Ve;this.display.extSplats||d.makeTranslation(i.display.viewOrigin);let f=r.matrixWorld.clone().invert().multiply(d);f.decompose(this.uniforms.renderToViewPos.value,this.uniforms.renderToViewQuat.value,new V),this.uniforms.renderToViewBasis.value.setFromMatrix4(f),this.uniforms.maxStdDev.value=i.maxStdDev,this.uniforms.minPixelRadius.value=i.minPixelRadius,this.uniforms.maxPixelRadius.value=i.maxPixelRadius,this.uniforms.minAlpha.value=i.minAlpha,this.uniforms.enable2DGS.value=i.enable2DGS,this.uniforms.lodInflate.value=i.lodInflate,this.uniforms.preBlurAmount.value=i.preBlurAmount,this.uniforms.blurAmount.value=i.blurAmount,this.uniforms.focalDistance.value=i.focalDistance,this.uniforms.apertureAngle.value=i.apertureAngle,this.uniforms.falloff.value=i.falloff,this.uniforms.clipXY.value=i.clipXY,this.uniforms.focalAdjustment.value=i.focalAdjustment;let p=s===null?t.outputColorSpace:c?s.texture.colorSpace:U.workingColorSpace;if(this.uniforms.encodeLinear.value=p!==k,this.uniforms.ordering.value=i.orderingTexture??e.emptyOrdering,this.uniforms.enableExtSplats.value=this.display.extSplats,this.uniforms.enableCovSplats.value=this.display.covSplats,this.display.extSplats){let e=i.display.getTextures();this.uniforms.extSplats.value=e[0],this.uniforms.extSplats2.value=e[1]}else{let e=i.display.getTextures();this.uniforms.extSplats.value=e[0],this.uniforms.extSplats2.value=e[0]}this.uniforms.time.value=i.display.time,this.uniforms.deltaTime.value=i.display.deltaTime,this.uniforms.debugFlag.value=performance.now()/1e3%2<1,i.dirty=!1}clearSplats(){this.activeSplats=0,this.display.numSplats=0,this.setDirty()}async update({scene:e,camera:t}){await this.updateInternal({scene:e,camera:t,autoUpdate:!1})}async updateInternal({scene:e,camera:t,autoUpdate:n}){let r=this.renderer;this.ownsTimer&&this.timer.update();let i=t.getWorldPosition(new V),a=t.getWorldDirection(new V),o=i.distanceTo(this.sortedCenter)>.001||a.dot(this.sortedDir)<.999,s=this.accumulators.pop();if(!s)throw Error(`No next accumulator`);if(s===this.current)throw Error(`Next accumulator is the same as the current accumulator`);let{version:c,mappingVersion:l,visibleGenerators:u,generate:d}=s.prepareGenerate({renderer:r,scene:e,timer:this.timer,camera:t,sortRadial:this.sortRadial??!0,renderSize:this.renderSize,previous:this.current,lodInstances:this.enableLod?this.lodInstances:void 0}),f=!0,p=o||c!==this.current.version,m=l!==this.display.mappingVersion;n&&!p&&(f=!1),m&&this.sorting&&(f=!1),f?(d(),this.flushAfterGenerate&&r.getContext().flush(),this.display.mappingVersion===s.mappingVersion?(this.accumulators.push(this.display),this.display=s):this.display!==this.current&&this.accumulators.push(this.current),this.current=s,this.sortDirty=!0,this.setDirty()):this.accumulators.push(s),this.enableDriveLod&&this.driveLod({visibleGenerators:u,camera:t,scene:e}),await this.driveSort()}async driveSort(){if(this.sorting||!this.sortDirty)return;this.sortTimeoutId!==-1&&(clearTimeout(this.sortTimeoutId),this.sortTimeoutId=-1);let e=performance.now(),t=this.lastSortTime?this.lastSortTime+this.minSortIntervalMs:e;if(e<t){this.sortTimeoutId=setTimeout(()=>{this.sortTimeoutId=-1,this.driveSort()},t-e);return}this.sorting=!0,this.sortDirty=!1,this.lastSortTime=e,this.readPause>0&&await new Promise(e=>setTimeout(e,this.readPause));let n=this.current;this.sortedCenter.copy(n.viewOrigin),this.sortedDir.copy(n.viewDirection);let{numSplats:r,maxSplats:i}=n,a=Math.max(1,Math.ceil(i/16384)),o=a*16384;this.maxSplats=Math.max(this.maxSplats,o);let s=new Uint32Array(this.maxSplats),c=pd.ensureBuffer(i,this.readback32);this.readback32=c,await this.readbackDepth({current:n,renderer:this.renderer,numSplats:r,readback:c}),this.sortPause>0&&await new Promise(e=>setTimeout(e,this.sortPause)),this.sortWorker||=new tf;let l=await this.sortWorker.call(`sortSplats32`,{numSplats:r,readback:c,ordering:s});if(this.sortDelay>0&&await new Promise(e=>setTimeout(e,this.sortDelay)),this.readback32=l.readback,this.activeSplats=l.activeSplats,this.orderingTexture&&a>this.orderingTexture.image.height&&(this.orderingTexture.dispose(),this.orderingTexture=null),this.orderingTexture){let e=this.renderer;e.properties.has(this.orderingTexture)?Lu(e,this.orderingTexture,4096,a,l.ordering):this.orderingTexture.needsUpdate=!0}else{let e=new Wn(l.ordering,4096,a,S,u);e.internalFormat=`RGBA32UI`,e.needsUpdate=!0,this.orderingTexture=e}this.current.mappingVersion===n.mappingVersion&&this.current.mappingVersion!==this.display.mappingVersion&&(this.accumulators.push(this.display),this.display=this.current),this.sorting=!1,this.setDirty(),this.driveSort()}ensureLodWorker(){return this.lodWorker||=new tf,this.lodWorker}defaultSplatTarget(){return Eu()?5e5:Ou()?75e4:Tu()?1e6:Du()?15e5:25e5}driveLod({visibleGenerators:e,camera:t,scene:n}){let r=this.defaultSplatTarget(),i=(this.lodSplatCount??r)*this.lodSplatScale,a=0;if(t instanceof Xr)a=2*Math.tan(.5*t.fov*Math.PI/180)/this.renderSize.y;else if(t instanceof Zr){let e=(t.top-t.bottom)/t.zoom,n=(t.right-t.left)/t.zoom,r=e/Math.max(1,this.renderSize.y),i=n/Math.max(1,this.renderSize.x);a=Math.min(i,r)}a*=this.lodRenderScale;let o=new V,s=new xe;if(this.current.viewToWorld.decompose(o,s,new V),this.lodPosOverride&&o.copy(this.lodPosOverride),this.lodQuatOverride&&s.copy(this.lodQuatOverride).normalize(),this.lastLod){(this.lastLod.pixelScaleLimit!==a||this.lastLod.maxSplats!==i)&&(this.lodDirty=!0);let e=o.distanceTo(this.lastLod.pos),t=Math.max(0,1-e/1),n=s.dot(this.lastLod.quat);t*Math.max(0,1-(1-n)/.01)<.999&&(this.lodDirty=!0)}let c=this.enableLod?e.filter(e=>e instanceof Lf&&(e.packedSplats?.lodSplats||e.extSplats?.lodSplats||e.paged)&&e.enableLod!==!1):[],l=c.some(e=>e.paged);this.lodMeshes.length===c.length?c.some((e,t)=>e!==this.lodMeshes[t].mesh||e.version>this.lodMeshes[t].version)&&(this.lodDirty=!0):this.lodDirty=!0,this.lodMeshes=c.map(e=>({mesh:e,version:e.version+1})),this.lodInitQueue=[];let u=performance.now();for(let e of c){let t=e.packedSplats?.lodSplats??e.extSplats?.lodSplats??e.paged;if(t){let e=this.lodIds.get(t);e?e.lastTouched=u:this.lodInitQueue.push(t)}}this.ensureLodWorker().tryExclusive(async e=>{if(l&&!this.pager){this.pager=new jf({renderer:this.renderer,extSplats:this.pagedExtSplats,maxSplats:this.maxPagedSplats,numFetchers:this.numLodFetchers});let{lodId:t}=await e.call(`newLodTree`,{capacity:this.pager.maxSplats});this.pagerId=t}if(this.pager)for(let{mesh:e}of this.lodMeshes)e.paged&&!e.paged.pager&&(e.paged.pager=this.pager);if(this.lodInitQueue.length>0){let t=this.lodInitQueue;for(this.lodInitQueue=[];t.length>0;){let n=t.shift();n&&(await this.initLodTree(e,n),this.lodDirty=!0)}}if(this.pager){let e=this.pager.consumeLodTreeUpdates();for(let{splats:t,page:n,chunk:r,numSplats:i,lodTree:a}of e){let e=this.lodIds.get(t);e&&(a&&r===0&&(e.rootPage=n),this.lodUpdates.push({lodId:e.lodId,pageBase:n*this.pager.pageSplats,chunkBase:r*this.pager.pageSplats,count:i,lodTreeData:a}))}}if(this.lodUpdates.length>0){let t=this.lodUpdates;this.lodUpdates=[],await e.call(`updateLodTrees`,{ranges:t}),this.lodDirty=!0}if(this.lodDirty){let t=performance.now(),n=new V;if(this.lastLod){let e=Math.max(1,t-this.lastLod.timestamp);n.copy(o).sub(this.lastLod.pos).multiplyScalar(this.lastTraverseTime/e)}this.lastLod={pos:o,quat:s,pixelScaleLimit:a,maxSplats:i,timestamp:t},this.lodDirty=!1,await this.updateLodInstances(e,n,c,i,o,s,a),this.currentLod=this.lastLod,this.setDirty()}await this.cleanupLodTrees(e)})}async initLodTree(e,t){if(t instanceof af||t instanceof vf){let{lodId:n}=await e.call(`initLodTree`,{numSplats:t.numSplats??0,lodTree:t.extra.lodTree.slice()});this.lodIds.set(t,{lodId:n,lastTouched:performance.now()}),this.lodIdToSplats.set(n,t)}else{let{lodId:n}=await e.call(`newSharedLodTree`,{lodId:this.pagerId});this.lodIds.set(t,{lodId:n,lastTouched:performance.now()}),this.lodIdToSplats.set(n,t)}}async updateLodInstances(e,t,n,r,i,a,o){let s=new Map,c=new Ve().compose(i,a,new V().setScalar(1)),l=n.reduce((e,t)=>{s.set(t.uuid,t);let n=t.matrixWorld.clone().invert().multiply(c),r=t.packedSplats?.lodSplats??t.extSplats?.lodSplats??t.paged;if(!r)return e;let i=this.lodIds.get(r);return!i||this.pager&&t.paged&&i.rootPage===void 0||(e[t.uuid]={instanceId:t.uuid,lodId:i.lodId,rootPage:i.rootPage,viewToObjectCols:n.elements,lodScale:t.lodScale,behindFoveate:t.behindFoveate??this.behindFoveate,coneFov0:t.coneFov0??this.coneFov0,coneFov:t.coneFov??this.coneFov,coneFoveate:t.coneFoveate??this.coneFoveate}),e},{}),u=performance.now(),d=await e.call(`traverseLodTrees`,{maxSplats:r,pixelScaleLimit:o,lastPixelLimit:this.lastPixelLimit,instances:l,traverseMode:this.lodTraverseMode});this.lastTraverseTime=performance.now()-u;let{keyIndices:f,chunks:p,pixelLimit:m}=d;this.lastPixelLimit=m;let h=Object.values(f).reduce((e,{numSplats:t})=>e+t,0);if(this.updateLodIndices(s,f),this.pager){this.pager.processUploads();let e=n.map(e=>{if(!e.paged||!this.pager)return null;let t=e.getWorldPosition(new V);return{splats:e.paged,distance:t.distanceTo(i)}}).filter(e=>e!==null);!this.pageSizeWarning&&e.length>this.pager.maxPages&&(this.pageSizeWarning=!0,console.warn(`# paged SplatMeshes exceeds maxPages: ${e.length} > ${this.pager.maxPages}`)),e.sort((e,t)=>e.distance-t.distance),this.pager.fetchPriority=e.map(({splats:e})=>({splats:e,chunk:0}));for(let[e,t]of p){let n=this.lodIdToSplats.get(e);n instanceof kf&&t!==0&&this.pager.fetchPriority.push({splats:n,chunk:t})}this.pager.autoDrive=this.enableLodFetching,this.enableLodFetching&&this.pager.driveFetchers()}if(this.lodRaycast&&performance.now()-this.lastLodRaycastTime>=this.lodRaycastIntervalMs){this.lastLodRaycastTime=performance.now();let t=performance.now(),n=await e.call(`traverseLodTrees`,{maxSplats:Math.min(this.lodRaycast,Math.round(h*.1)),pixelScaleLimit:o,instances:l,traverseMode:this.lodTraverseMode});performance.now()-t;let{keyIndices:r}=n;Object.values(r).reduce((e,{numSplats:t})=>e+t,0);for(let[e,t]of Object.entries(r)){let n=s.get(e);n.raycastIndices=t}}}async cleanupLodTrees(e){var t;let n=performance.now(),r=null;for(let[e,t]of this.lodIds.entries())(r==null||t.lastTouched<r.lastTouched)&&(r={splats:e,lastTouched:t.lastTouched,lodId:t.lodId});if(!(!r||r.lastTouched>n-3e3)){this.lodIds.delete(r.splats),this.lodIdToSplats.delete(r.lodId);for(let[e,t]of this.lodInstances.entries())t.lodId===r.lodId&&(t.texture.dispose(),this.lodInstances.delete(e));r.splats instanceof kf&&((t=this.pager)==null||t.removeSplats(r.splats)),await e.call(`disposeLodTree`,{lodId:r.lodId})}}updateLodIndices(e,t){for(let[n,r]of Object.entries(t)){let{lodId:t,numSplats:i,indices:a}=r,o=e.get(n);if(o.paged)o.paged.update(i,a);else{let e=this.lodInstances.get(o);e&&a.length>e.indices.length&&(e.texture.dispose(),e=void 0);let n=Math.ceil(a.length/16384);if(e){e.numSplats=i;let t=this.renderer;t.properties.has(e.texture)&&Lu(t,e.texture,4096,n,a)}else{let r=n*16384;if(a.length!==r)throw Error(`Indices length != capacity`);let s=new Wn(a,4096,n,S,u);s.internalFormat=`RGBA32UI`,s.needsUpdate=!0,e={lodId:t,numSplats:i,indices:a,texture:s},this.lodInstances.set(o,e)}}o.updateMappingVersion()}}async readbackDepth({current:e,renderer:t,numSplats:n,readback:r}){if(!t)throw Error(`No renderer`);if(!e.target)throw Error(`No target`);let i=Math.ceil(n/Z)*Z;if(r.byteLength<i*4)throw Error(`Readback buffer too small: ${r.byteLength} < ${i*4}`);let a=new Uint8Array(r.buffer),o=this.saveRenderState(t),s=Z*Ls,c=0,l=[];for(;c<n;){let r=Math.floor(c/s),i=r*s,o=Math.min(Ls,Math.ceil((n-i)/Z)),u=Z*o*4,d=a.subarray(i*4,i*4+u);t.setRenderTarget(e.target,r);let f=t.readRenderTargetPixelsAsync(e.target,0,0,Z,o,d,void 0,e.extSplats?2:1);l.push(f),this.flushAfterRead&&t.getContext().flush(),c+=Z*o}return this.resetRenderState(t,o),Promise.all(l).then(()=>r)}saveRenderState(e){return{target:e.getRenderTarget(),xrEnabled:e.xr.enabled,autoClear:e.autoClear}}resetRenderState(e,t){e.setRenderTarget(t.target),e.xr.enabled=t.xrEnabled,e.autoClear=t.autoClear}render(t,n){try{e.sparkOverride=this,this.renderer.render(t,n)}finally{e.sparkOverride=void 0}}renderTarget({scene:t,camera:n}){let r=this.backTarget??this.target;if(!r)throw Error(`No target`);let i=this.renderer.getRenderTarget();try{this.renderer.setRenderTarget(r),e.sparkOverride=this,this.renderer.render(t,n)}finally{e.sparkOverride=void 0,this.renderer.setRenderTarget(i)}return r!==this.target&&([this.target,this.backTarget]=[this.backTarget,this.target]),r}async readTarget(){if(!this.target)throw Error(`Must initialize with target`);let{width:e,height:t}=this.target,n=e*t*4;(!this.superPixels||this.superPixels.length<n)&&(this.superPixels=new Uint8Array(n));let r=this.superPixels;await this.renderer.readRenderTargetPixelsAsync(this.target,0,0,e,t,r);let{superXY:i}=this;if(i===1)return r;let a=e/i,o=t/i,s=a*o*4;(!this.targetPixels||this.targetPixels.length<s)&&(this.targetPixels=new Uint8Array(s));let c=this.targetPixels,l=i*i;for(let t=0;t<o;t++){let n=t*a;for(let o=0;o<a;o++){let a=o*i,s=0,u=0,d=0,f=0;for(let n=0;n<i;n++){let o=(t*i+n)*e;for(let e=0;e<i;e++){let t=(o+a+e)*4;s+=r[t],u+=r[t+1],d+=r[t+2],f+=r[t+3]}}let p=(n+o)*4;c[p]=s/l,c[p+1]=u/l,c[p+2]=d/l,c[p+3]=f/l}}return c}async renderReadTarget({scene:e,camera:t}){return this.renderTarget({scene:e,camera:t}),this.readTarget()}async renderCubeMap({scene:t,worldCenter:n,size:r=256,near:i=.1,far:a=1e3,hideObjects:s=[],update:l=!0,filter:u=!1}){if(!e.cubeRender||e.cubeRender.target.width!==r||e.cubeRender.near!==i||e.cubeRender.far!==a){e.cubeRender&&e.cubeRender.target.dispose();let t=new ji(r,{format:g,type:c,generateMipmaps:u,minFilter:u?1008:o,magFilter:o,colorSpace:u?te:k}),n=new ti(i,a,t);e.cubeRender={target:t,cubeCamera:n,near:i,far:a}}let{target:d,cubeCamera:f}=e.cubeRender;f.position.copy(n);let p=new Map;for(let e of s)p.set(e,e.visible),e.visible=!1;if(l){let e=new Kr;e.position.copy(n),await this.update({scene:t,camera:e})}try{e.sparkOverride=this,f.update(this.renderer,t)}finally{e.sparkOverride=void 0}for(let[e,t]of p.entries())e.visible=t;return d.texture}async readCubeTargets(){if(!e.cubeRender)throw Error(`No cube render`);let t=e.cubeRender.target.texture,n=[],r=[];for(let i=0;i<t.images.length;++i){let{width:a,height:o}=t.images[i],s=a*o*4,c=new Uint8Array(s);r.push(c);let l=this.renderer.readRenderTargetPixelsAsync(e.cubeRender.target,0,0,a,o,c,i);n.push(l)}return await Promise.all(n),r}async renderEnvMap({scene:t,worldCenter:n,size:r=256,near:i=.1,far:a=1e3,hideObjects:o=[],update:s=!0}){let c=await this.renderCubeMap({scene:t,worldCenter:n,size:r,near:i,far:a,hideObjects:o,update:s,filter:!0});return e.pmrem||=new Bi(this.renderer),e.pmrem?.fromCubemap(c).texture}recurseSetEnvMap(e,t){e.traverse(e=>{if(e instanceof Vn){if(Array.isArray(e.material))for(let n of e.material)n instanceof pr&&(n.envMap=t);else e.material instanceof pr&&(e.material.envMap=t)}})}async getLodTreeLevel(e,t,n=!1){let r=this.lodInstances.get(e);if(!r)return null;let i=await this.ensureLodWorker().exclusive(async e=>await e.call(`getLodTreeLevel`,{lodId:r.lodId,level:t}));if(e.packedSplats?.lodSplats)return new Lf({packedSplats:e.packedSplats.lodSplats.extractSplats(i.indices,n)});if(e.extSplats?.lodSplats)return new Lf({extSplats:e.extSplats.lodSplats.extractSplats(i.indices,n)});throw Error(`Only LoD-enabled PackedSplats and ExtSplats are supported`)}get premultipliedAlpha(){return this.material.premultipliedAlpha}set premultipliedAlpha(e){this.material.premultipliedAlpha!==e&&(this.material.premultipliedAlpha=e,this.material.needsUpdate=!0)}};Kf.emptyOrdering=(()=>{let e=new Wn(new Uint32Array(16384),4096,1);return e.format=S,e.type=u,e.internalFormat=`RGBA32UI`,e.needsUpdate=!0,e})(),Kf.cubeRender=null,Kf.pmrem=null;var qf=Kf;function Jf(e){return e?.isXRRenderTarget}new V(1,1,1),new xe,new V,new xe,new Ve,fc(`
  struct GsplatSkinning {
    int numSplats;
    int numBones;
    usampler2DArray skinTexture;
    sampler2D boneTexture;
  };
`),fc(`
  void applyGsplatSkinning(
    int numSplats, int numBones,
    usampler2DArray skinTexture, sampler2D boneTexture,
    int splatIndex, inout vec3 center, inout vec4 quaternion
  ) {
    if ((splatIndex < 0) || (splatIndex >= numSplats)) {
      return;
    }

    uvec4 skinData = texelFetch(skinTexture, splatTexCoord(splatIndex), 0);

    float weights[4];
    weights[0] = float(skinData.x & 0xffu) / 255.0;
    weights[1] = float(skinData.y & 0xffu) / 255.0;
    weights[2] = float(skinData.z & 0xffu) / 255.0;
    weights[3] = float(skinData.w & 0xffu) / 255.0;

    uint boneIndices[4];
    boneIndices[0] = (skinData.x >> 8u) & 0xffu;
    boneIndices[1] = (skinData.y >> 8u) & 0xffu;
    boneIndices[2] = (skinData.z >> 8u) & 0xffu;
    boneIndices[3] = (skinData.w >> 8u) & 0xffu;

    vec4 quat = vec4(0.0);
    vec4 dual = vec4(0.0);
    for (int i = 0; i < 4; i++) {
      if (weights[i] > 0.0) {
        int boneIndex = int(boneIndices[i]);
        vec4 boneQuat = vec4(0.0, 0.0, 0.0, 1.0);
        vec4 boneDual = vec4(0.0);
        if (boneIndex < numBones) {
          boneQuat = texelFetch(boneTexture, ivec2(0, boneIndex), 0);
          boneDual = texelFetch(boneTexture, ivec2(1, boneIndex), 0);
        }

        if ((i > 0) && (dot(quat, boneQuat) < 0.0)) {
          // Flip sign if next blend is pointing in the opposite direction
          boneQuat = -boneQuat;
          boneDual = -boneDual;
        }
        quat += weights[i] * boneQuat;
        dual += weights[i] * boneDual;
      }
    }

    // Normalize dual quaternion
    float norm = length(quat);
    quat /= norm;
    dual /= norm;
    vec3 translate = vec3(
      2.0 * (-dual.w * quat.x + dual.x * quat.w - dual.y * quat.z + dual.z * quat.y),
      2.0 * (-dual.w * quat.y + dual.x * quat.z + dual.y * quat.w - dual.z * quat.x),
      2.0 * (-dual.w * quat.z - dual.x * quat.y + dual.y * quat.x + dual.z * quat.w)
    );

    center = quatVec(quat, center) + translate;
    quaternion = quatQuat(quat, quaternion);
  }
`),fc(`
  void applyCovSplatDQSkinning(
    int numSplats, int numBones,
    usampler2DArray skinTexture, sampler2D boneTexture,
    int splatIndex, inout vec3 center, inout vec3 xxyyzz, inout vec3 xyxzyz
  ) {
    if ((splatIndex < 0) || (splatIndex >= numSplats)) {
      return;
    }

    uvec4 skinData = texelFetch(skinTexture, splatTexCoord(splatIndex), 0);

    float weights[4];
    weights[0] = float(skinData.x & 0xffu) / 255.0;
    weights[1] = float(skinData.y & 0xffu) / 255.0;
    weights[2] = float(skinData.z & 0xffu) / 255.0;
    weights[3] = float(skinData.w & 0xffu) / 255.0;

    uint boneIndices[4];
    boneIndices[0] = (skinData.x >> 8u) & 0xffu;
    boneIndices[1] = (skinData.y >> 8u) & 0xffu;
    boneIndices[2] = (skinData.z >> 8u) & 0xffu;
    boneIndices[3] = (skinData.w >> 8u) & 0xffu;

    vec4 quat = vec4(0.0);
    vec4 dual = vec4(0.0);
    for (int i = 0; i < 4; i++) {
      if (weights[i] > 0.0) {
        int boneIndex = int(boneIndices[i]);
        vec4 boneQuat = vec4(0.0, 0.0, 0.0, 1.0);
        vec4 boneDual = vec4(0.0);
        if (boneIndex < numBones) {
          boneQuat = texelFetch(boneTexture, ivec2(0, boneIndex), 0);
          boneDual = texelFetch(boneTexture, ivec2(1, boneIndex), 0);
        }

        if ((i > 0) && (dot(quat, boneQuat) < 0.0)) {
          // Flip sign if next blend is pointing in the opposite direction
          boneQuat = -boneQuat;
          boneDual = -boneDual;
        }
        quat += weights[i] * boneQuat;
        dual += weights[i] * boneDual;
      }
    }

    // Normalize dual quaternion
    float norm = length(quat);
    quat /= norm;
    dual /= norm;
    vec3 translate = vec3(
      2.0 * (-dual.w * quat.x + dual.x * quat.w - dual.y * quat.z + dual.z * quat.y),
      2.0 * (-dual.w * quat.y + dual.x * quat.z + dual.y * quat.w - dual.z * quat.x),
      2.0 * (-dual.w * quat.z - dual.x * quat.y + dual.y * quat.x + dual.z * quat.w)
    );
    mat3 basis = quaternionToMatrix(quat);

    center = quatVec(quat, center) + translate;

    mat3 cov = mat3(xxyyzz.x, xyxzyz.x, xyxzyz.y, xyxzyz.x, xxyyzz.y, xyxzyz.z, xyxzyz.y, xyxzyz.z, xxyyzz.z);
    cov = basis * cov * transpose(basis);
    xxyyzz = vec3(cov[0][0], cov[1][1], cov[2][2]);
    xyxzyz = vec3(cov[0][1], cov[0][2], cov[1][2]);
  }
`),fc(`
  void applyCovSplatLBSkinning(
    int numSplats, int numBones,
    usampler2DArray skinTexture, sampler2D boneTexture,
    int splatIndex, inout vec3 center, inout vec3 xxyyzz, inout vec3 xyxzyz
  ) {
    if ((splatIndex < 0) || (splatIndex >= numSplats)) {
      return;
    }

    uvec4 skinData = texelFetch(skinTexture, splatTexCoord(splatIndex), 0);

    float weights[4];
    weights[0] = float(skinData.x & 0xffu) / 255.0;
    weights[1] = float(skinData.y & 0xffu) / 255.0;
    weights[2] = float(skinData.z & 0xffu) / 255.0;
    weights[3] = float(skinData.w & 0xffu) / 255.0;

    uint boneIndices[4];
    boneIndices[0] = (skinData.x >> 8u) & 0xffu;
    boneIndices[1] = (skinData.y >> 8u) & 0xffu;
    boneIndices[2] = (skinData.z >> 8u) & 0xffu;
    boneIndices[3] = (skinData.w >> 8u) & 0xffu;

    mat3 basis = mat3(0.0);
    vec3 offset = vec3(0.0);

    for (int i = 0; i < 4; i++) {
      if (weights[i] > 0.0) {
        int boneIndex = int(boneIndices[i]);
        if (boneIndex < numBones) {
          vec4 v0 = texelFetch(boneTexture, ivec2(0, boneIndex), 0);
          vec4 v1 = texelFetch(boneTexture, ivec2(1, boneIndex), 0);
          vec4 v2 = texelFetch(boneTexture, ivec2(2, boneIndex), 0);
          basis += weights[i] * mat3(v0.x, v0.y, v0.z, v0.w, v1.x, v1.y, v1.z, v1.w, v2.x);
          offset += weights[i] * vec3(v2.y, v2.z, v2.w);
        }
      }
    }

    center = basis * center + offset;

    mat3 cov = mat3(xxyyzz.x, xyxzyz.x, xyxzyz.y, xyxzyz.x, xxyyzz.y, xyxzyz.z, xyxzyz.y, xyxzyz.z, xxyyzz.z);
    cov = basis * cov * transpose(basis);
    xxyyzz = vec3(cov[0][0], cov[1][1], cov[2][2]);
    xyxzyz = vec3(cov[0][1], cov[0][2], cov[1][2]);
  }
`),new Lt(new V(-1,-1,-1),new V(1,1,1)),new V(-1,-3,1).normalize(),new J(1,1,1),new J(.5,.5,1),new V(1,1,1),new Lt(new V(-2,-1,-2),new V(2,5,2)),new V(0,-1,0),new J(1,1,1),new J(.25,.25,.5),new V(.1,1,.1);var Yf=(e=>(e.w=`wrist`,e.t0=`thumb-metacarpal`,e.t1=`thumb-phalanx-proximal`,e.t2=`thumb-phalanx-distal`,e.t3=`thumb-tip`,e.i0=`index-finger-metacarpal`,e.i1=`index-finger-phalanx-proximal`,e.i2=`index-finger-phalanx-intermediate`,e.i3=`index-finger-phalanx-distal`,e.i4=`index-finger-tip`,e.m0=`middle-finger-metacarpal`,e.m1=`middle-finger-phalanx-proximal`,e.m2=`middle-finger-phalanx-intermediate`,e.m3=`middle-finger-phalanx-distal`,e.m4=`middle-finger-tip`,e.r0=`ring-finger-metacarpal`,e.r1=`ring-finger-phalanx-proximal`,e.r2=`ring-finger-phalanx-intermediate`,e.r3=`ring-finger-phalanx-distal`,e.r4=`ring-finger-tip`,e.p0=`pinky-finger-metacarpal`,e.p1=`pinky-finger-phalanx-proximal`,e.p2=`pinky-finger-phalanx-intermediate`,e.p3=`pinky-finger-phalanx-distal`,e.p4=`pinky-finger-tip`,e))(Yf||{});Object.keys(Yf).length;var Xf=(e=>(e.left=`left`,e.right=`right`,e))(Xf||{});Object.keys(Xf),new Xe(0,0,0,`YXZ`),new xe,new xe;var Zf=(e=>(e.w=`wrist`,e.t0=`thumb-metacarpal`,e.t1=`thumb-phalanx-proximal`,e.t2=`thumb-phalanx-distal`,e.t3=`thumb-tip`,e.i0=`index-finger-metacarpal`,e.i1=`index-finger-phalanx-proximal`,e.i2=`index-finger-phalanx-intermediate`,e.i3=`index-finger-phalanx-distal`,e.i4=`index-finger-tip`,e.m0=`middle-finger-metacarpal`,e.m1=`middle-finger-phalanx-proximal`,e.m2=`middle-finger-phalanx-intermediate`,e.m3=`middle-finger-phalanx-distal`,e.m4=`middle-finger-tip`,e.r0=`ring-finger-metacarpal`,e.r1=`ring-finger-phalanx-proximal`,e.r2=`ring-finger-phalanx-intermediate`,e.r3=`ring-finger-phalanx-distal`,e.r4=`ring-finger-tip`,e.p0=`pinky-finger-metacarpal`,e.p1=`pinky-finger-phalanx-proximal`,e.p2=`pinky-finger-phalanx-intermediate`,e.p3=`pinky-finger-phalanx-distal`,e.p4=`pinky-finger-tip`,e))(Zf||{});Object.keys(Zf).length;var Qf=(e=>(e.left=`left`,e.right=`right`,e))(Qf||{});Object.keys(Qf),new V(0,0,-1),new V(0,0,1),new V(-1,0,0),new V(1,0,0),new V(0,1,0),new V(0,-1,0),new V(0,0,-1),new V(0,0,1),new V(-1,0,0),new V(1,0,0),new V(0,1,0),new V(0,-1,0),new V(0,0,1),new V(0,0,-1),new V(0,-1,0),new V(0,1,0),new V(-1,0,0),new V(1,0,0);var $f=`
precision highp float;
precision highp int;
precision highp usampler2D;
precision highp usampler2DArray;

#include <splatDefines>

uniform vec2 renderSize;
uniform vec4 renderToViewQuat;
uniform vec3 renderToViewPos;
uniform float minAlpha;
uniform float preBlurAmount;
uniform usampler2D ordering;
uniform usampler2DArray extSplats;
uniform usampler2DArray extSplats2;

flat out vec4 look;
out vec2 deviations;

void main() {
  gl_Position = vec4(0.0, 0.0, 2.0, 1.0);
  int number = gl_VertexID >> 2;
  uint splat = texelFetch(ordering, ivec2((number >> 2) & 4095, number >> 14), 0)[number & 3];
  ivec3 texel = splatTexCoord(int(splat));
  vec3 centre, scales;
  vec4 quaternion;
  unpackSplatExt(texelFetch(extSplats, texel, 0), texelFetch(extSplats2, texel, 0), centre, scales, quaternion, look);
  if (look.a < minAlpha) return;

  vec3 place = quatVec(renderToViewQuat, centre) + renderToViewPos;
  vec4 clip = projectionMatrix * vec4(place, 1.0);
  if (clip.w <= 0.0) return;

  // Beyond the edges of the picture by more than this part of it, a splat is as slanted as there.
  const float MARGIN = 0.15;
  vec2 focal = vec2(projectionMatrix[0][0], projectionMatrix[1][1]);
  vec2 shift = vec2(projectionMatrix[2][0], projectionMatrix[2][1]);
  float limit = 1.0 + 2.0 * MARGIN;
  vec2 slope = clamp(place.xy / clip.w, (shift - limit) / focal, (shift + limit) / focal);
  vec2 scale = 0.5 * renderSize * focal / clip.w;
  mat3 turned = scaleQuaternionToMatrix(scales, quatQuat(renderToViewQuat, quaternion));
  vec3 across = scale.x * (vec3(turned[0].x, turned[1].x, turned[2].x) + slope.x * vec3(turned[0].z, turned[1].z, turned[2].z));
  vec3 up = scale.y * (vec3(turned[0].y, turned[1].y, turned[2].y) + slope.y * vec3(turned[0].z, turned[1].z, turned[2].z));
  float a = dot(across, across) + preBlurAmount;
  float b = dot(across, up);
  float d = dot(up, up) + preBlurAmount;

  float middle = 0.5 * (a + d);
  float apart = length(vec2(0.5 * (a - d), b));
  float longest = middle + apart;
  // Of the two ways to write the axis the one that does not vanish.
  vec2 axis = a >= d ? vec2(longest - d, b) : vec2(b, longest - a);
  axis = apart > 1e-6 * middle ? normalize(axis) : vec2(1.0, 0.0);
  float reach = sqrt(2.0 * log(look.a / minAlpha));
  deviations = position.xy * reach;
  vec2 offset = deviations.x * sqrt(longest) * axis + deviations.y * sqrt(max(middle - apart, 0.0)) * vec2(axis.y, -axis.x);
  gl_Position = vec4(clip.xy + 2.0 * offset / renderSize * clip.w, 0.0, clip.w);
}`,ep=`
precision highp float;

uniform float minAlpha;

flat in vec4 look;
in vec2 deviations;
out vec4 colour;

void main() {
  float alpha = look.a * exp(-0.5 * dot(deviations, deviations));
  if (alpha < minAlpha) discard;
  colour = vec4(look.rgb * alpha, alpha);
}`,tp=2048,np=16384;function rp(e){let t=Math.ceil(e/tp)*tp*4,n=Math.ceil(e/np)*np;return{places:new Uint32Array(t),looks:new Uint32Array(t),order:new Uint32Array(n),drawn:0}}new Uint32Array(new Float32Array(1).buffer);function ip(e,t){let[n,r]=t,i=e.size[0]/e.size[1];return n/r>=i?[Math.round(r*i),r]:[n,r]}function ap(e,t,n,r){let[i,a]=e.size,o=Math.min(a,i/t)/n,s=o*t,c=(e,t,n)=>Math.min(Math.max(e-t/2,0),n-t);return{left:c(r[0],s,i),top:c(r[1],o,a),width:s,height:o}}function op(e,t,n,r){return[2*e.focal[0]/t.width,0,0,0,0,2*e.focal[1]/t.height,0,0,1-2*(e.principal[0]-t.left)/t.width,2*(e.principal[1]-t.top)/t.height-1,-(r+n)/(r-n),-1,0,0,-2*r*n/(r-n),0]}var sp=.01,cp=100,lp=.3,up=1/255,dp=2,fp=class{canvas;renderer;scene=new St;camera=new Xr;spark;splats=new Hf({extSplats:!0});plate=hp();textures=null;constructor(){U.enabled=!1,this.canvas=document.createElement(`canvas`);let e=this.canvas.getContext(`webgl2`,{alpha:!0,antialias:!1,depth:!1});if(!e)throw Error(`This browser cannot draw the avatar: it offers no WebGL 2.`);this.renderer=new As({canvas:this.canvas,context:e}),this.renderer.setClearColor(0,0),this.spark=new qf({renderer:this.renderer,autoUpdate:!1,enableLod:!1,accumExtSplats:!0,vertexShader:$f,fragmentShader:ep,minAlpha:up,depthTest:!1}),this.spark.display=this.splats,this.spark.current=this.splats,this.camera.matrixAutoUpdate=!1,this.scene.add(this.plate,this.spark),this.warm()}setPlate(e){let t=new Ie(e);t.generateMipmaps=!1,t.minFilter=o,t.flipY=!1,t.needsUpdate=!0,this.plate.material.uniforms.picture.value=t}setBackground(e){this.plate.visible=e===`plate`,e===`plate`||e===`none`?this.renderer.setClearColor(0,0):this.renderer.setClearColor(new J(e),1)}setSize(e,t){this.renderer.setPixelRatio(1),this.renderer.setSize(e,t,!1)}look(e,t,n,r){this.camera.projectionMatrix.fromArray(op(e,t,sp,cp)),this.camera.projectionMatrixInverse.copy(this.camera.projectionMatrix).invert(),this.camera.near=sp,this.camera.far=cp,this.camera.matrix.copy(n).invert(),this.camera.updateMatrixWorld(!0);let[i,a]=e.size;this.plate.material.uniforms.part.value.set(t.left/i,t.top/a,t.width/i,t.height/a);let o=this.canvas.width/t.width;this.spark.preBlurAmount=lp*Math.max(1,o/r)**2}show(e){this.textures??=this.makeTextures(e);let{places:t,looks:n,order:r}=this.textures;for(let[i,a]of[[t,e.places],[n,e.looks],[r,e.order]])i.image.data=a,i.needsUpdate=!0;this.spark.geometry.setDrawRange(0,6*e.drawn)}render(){this.renderer.render(this.scene,this.camera)}async finished(){let e=this.renderer.getContext(),t=e.fenceSync(e.SYNC_GPU_COMMANDS_COMPLETE,0);if(t){for(e.flush();e.getSyncParameter(t,e.SYNC_STATUS)!==e.SIGNALED&&!e.isContextLost();)await new Promise(e=>setTimeout(e,dp));e.deleteSync(t)}}get inSoftware(){let e=this.renderer.getContext(),t=e.getExtension(`WEBGL_debug_renderer_info`),n=t?String(e.getParameter(t.UNMASKED_RENDERER_WEBGL)):``;return/swiftshader|llvmpipe|softpipe|basic render/i.test(n)}dispose(){for(let e of Object.values(this.textures??{}))e.dispose();this.plate.material.uniforms.picture.value?.dispose(),this.plate.material.dispose(),this.plate.geometry.dispose(),this.spark.dispose(),this.renderer.dispose(),this.renderer.forceContextLoss()}warm(){this.setSize(16,16),this.show({...rp(1),drawn:1}),this.render();for(let e of Object.values(this.textures??{}))e.dispose();this.textures=null}makeTextures(e){let t=e.places.length/(4*tp),n=pp(new G(e.places,tp,t,1)),r=pp(new G(e.looks,tp,t,1)),i=pp(new Wn(e.order,np/4,e.order.length/np));return this.spark.geometry.dispose(),this.spark.geometry=mp(e.order.length),this.splats.getTextures=()=>[n,r],this.spark.orderingTexture=i,{places:n,looks:r,order:i}}};function pp(e){return e.format=S,e.type=u,e.internalFormat=`RGBA32UI`,e}function mp(e){let t=new Int8Array(12*e),n=new Uint32Array(6*e);for(let r=0;r<e;r++)t.set([-1,-1,0,1,-1,0,1,1,0,-1,1,0],12*r),n.set([4*r,4*r+1,4*r+2,4*r,4*r+2,4*r+3],6*r);let r=new _n;return r.setAttribute(`position`,new tn(t,3)),r.setIndex(new tn(n,1)),r}function hp(){let e=new dr({uniforms:{picture:{value:null},part:{value:new Le(0,0,1,1)}},vertexShader:`
      uniform vec4 part;
      varying vec2 at;
      void main() {
        at = part.xy + part.zw * vec2(uv.x, 1.0 - uv.y);
        gl_Position = vec4(position.xy, 0.0, 1.0);
      }`,fragmentShader:`
      uniform sampler2D picture;
      varying vec2 at;
      void main() { gl_FragColor = vec4(texture2D(picture, at).rgb, 1.0); }`,depthTest:!1,depthWrite:!1}),t=new Vn(new nr(2,2),e);return t.frustumCulled=!1,t.renderOrder=-1,t}var gp="(function(){var e=class{layout;head;torso;space={};constructor(e,t){this.layout=t,this.head=new r(e,`head`),this.torso=new r(e,`torso`);for(let t of Object.keys(e.header.sections))t.startsWith(`space.`)&&(this.space[t.slice(6)]=e.floats(t))}weights(e){let{space:r,layout:i}=this,a=i.offsets,o=n(e,a.head),s=n(e,a.torso),c=/* @__PURE__ */ new Float32Array(15);for(let t=0;t<3;t++)c[t]=o[t]-r.head_turn[t],c[3+t]=s[t]-r.torso_turn[t],c[6+t]=c[t]-c[3+t],c[9+t]=e[a.torso+4*t+3]-r.torso_place_m[t],c[12+t]=e[a.head+4*t+3]-r.head_place_m[t];t(c,r.pose_low,r.pose_high);let l=i.expressionNames.length,u=new Float32Array(l+4);for(let t=0;t<l;t++)u[t]=(e[a.expression+t]-r.expression_mean[t])*2;for(let t=0;t<4;t++)u[l+t]=e[a.eyes+t]*3;t(u,r.face_low,r.face_high);let d=(e,t)=>[0,1,2].map(n=>c[e+n]*t),f=[...u,...d(0,3),...d(6,3),...e.subarray(a.faceModes,a.faceModes+i.faceModes)],p=[...d(3,10),...d(9,25),...d(0,3),...d(12,10),...e.subarray(a.torsoModes,a.torsoModes+i.torsoModes)];return[this.head.run(f),this.torso.run(p)]}};function t(e,t,n){for(let r=0;r<e.length;r++){let i=Math.min(Math.max(e[r],t[r]),n[r]),a=.1*(n[r]-t[r])+1e-6;e[r]=i+a*Math.tanh((e[r]-i)/a)}}function n(e,t){let n=(n,r)=>(r===0?1:-1)*e[t+4*n+r],r=n(2,1)-n(1,2),i=n(0,2)-n(2,0),a=n(1,0)-n(0,1),o=Math.sqrt(r*r+i*i+a*a)/2,s=Math.atan2(o,(n(0,0)+n(1,1)+n(2,2)-1)/2),c=o<1e-4?.5+s*s/12:s/(2*o);return[r*c,i*c,a*c]}var r=class{layers;constructor(e,t){this.layers=[0,2,4].map(n=>({weight:e.floats(`${t}_net.${n}.weight`),bias:e.floats(`${t}_net.${n}.bias`)}))}run(e){let t=Float32Array.from(e);return this.layers.forEach(({weight:e,bias:n},r)=>{let i=new Float32Array(n.length);for(let a=0;a<i.length;a++){let o=n[a];for(let n=0,r=a*t.length;n<t.length;n++)o+=e[r+n]*t[n];i[a]=r<2&&o<0?.1*o:o}t=i}),t}};let i=`lifemask-packed-avatar-1`;var a=class e{header;block;start;constructor(e,t,n){this.header=e,this.block=t,this.start=n}static async read(t){let n=await s(t),r=new TextDecoder;if(r.decode(n.slice(0,4))!==`LMPK`)throw Error(`This is no packed avatar.`);let a=8+new DataView(n).getUint32(4,!0),o=JSON.parse(r.decode(n.slice(8,a)));if(o.schema!==i)throw Error(`This packed avatar has the schema ${o.schema}, not ${i}.`);return new e(o,n,a)}shape(e){return this.section(e).shape}floats(e){return this.array(e)}array(e){let{kind:t,shape:n,at:r}=this.section(e),i=n.reduce((e,t)=>e*t,1),a=this.start+r;switch(t){case`f32`:return new Float32Array(this.block,a,i);case`u32`:return new Uint32Array(this.block,a,i);case`i8`:return new Int8Array(this.block,a,i);case`u8`:return new Uint8Array(this.block,a,i);default:{let e=new Uint8Array(this.block,a,2*i),n=t===`i16`?new Int16Array(i):new Uint16Array(i);for(let t=0;t<i;t++)n[t]=e[t]|e[i+t]<<8;return n}}}info(){let e=this.header;return{name:e.name,layout:o(e.layout.expression_names,e.layout.torso_modes,e.layout.face_modes),camera:e.camera,frameSize:e.frame_size,gaussians:e.gaussians,headGaussians:e.head_gaussians,rest:this.floats(`rest`).slice(),filmed:e.filmed,card:e.card}}section(e){let t=this.header.sections[e];if(!t)throw Error(`This packed avatar has no '${e}'.`);return t}};function o(e,t,n){let r=[e.length,4,12,12,t,n],i=r.map((e,t)=>r.slice(0,t).reduce((e,t)=>e+t,0));return{expressionNames:e,torsoModes:t,faceModes:n,width:r.reduce((e,t)=>e+t,0),offsets:{expression:i[0],eyes:i[1],head:i[2],torso:i[3],torsoModes:i[4],faceModes:i[5]}}}async function s(e){let t=new Blob([e]).stream().pipeThrough(new DecompressionStream(`gzip`));try{return await new Response(t).arrayBuffer()}catch{throw Error(`This avatar cannot be unpacked: it was cut, or changed by another program.`)}}let c=[3,4];var l=class{layout;vertices;neutral;face;skin;joints;counts;moved;moves;count;constructor(e,t){this.layout=t;let n=e.array(`neutral`),r=e.floats(`neutral_step`)[0];this.count=e.shape(`neutral`)[1],this.neutral=new Float32Array(3*this.count);for(let e=0;e<this.count;e++)for(let t=0;t<3;t++)this.neutral[3*e+t]=n[t*this.count+e]*r;this.face=new Float32Array(3*this.count),this.vertices=new Float32Array(3*this.count),this.joints=e.floats(`joints`).slice(),this.skin=u(e.array(`skin`),this.count),this.counts=Uint32Array.from(e.array(`expression_counts`));let i=e.array(`expression_vertices`),a=e.array(`expression_moves`);this.moved=new Uint32Array(i.length),this.moves=new Float32Array(a.length);let o=0;for(let e of this.counts)for(let t=0,n=o+e;o<n;o++){t+=i[o],this.moved[o]=3*t;for(let e=0;e<3;e++)this.moves[3*o+e]=a[e*i.length+o]*1e-5}}pose(e){let{face:t,moved:n,moves:r}=this;t.set(this.neutral);let i=0;for(let a=0;a<this.counts.length;a++){let o=e[this.layout.offsets.expression+a],s=i+this.counts[a];if(o===0)i=s;else for(;i<s;i++){let e=n[i];t[e]+=o*r[3*i],t[e+1]+=o*r[3*i+1],t[e+2]+=o*r[3*i+2]}}let a=this.motions(e),{skin:o,vertices:s}=this,c=/* @__PURE__ */ new Float32Array(12);for(let e=0;e<this.count;e++){c.fill(0);for(let t=0;t<5;t++){let n=o[5*e+t];if(n===0)continue;let r=a[t];for(let e=0;e<12;e++)c[e]+=n*r[e]}let n=t[3*e],r=t[3*e+1],i=t[3*e+2];s[3*e]=c[0]*n+c[1]*r+c[2]*i+c[3],s[3*e+1]=c[4]*n+c[5]*r+c[6]*i+c[7],s[3*e+2]=c[8]*n+c[9]*r+c[10]*i+c[11]}}headCentre(e){let t=this.layout.offsets.head;return[e[t+3],e[t+7],e[t+11]]}motions(e){let{head:t,torso:n,eyes:r}=this.layout.offsets,i=e.slice(t,t+12),a=e.slice(n,n+12);return[a,f(a,m(f(p(a),i),this.joint(1))),i,...c.map((t,n)=>{let a=h(e[r+2*n],e[r+2*n+1]),o=this.joint(t);for(let e=0;e<3;e++)a[4*e+3]=o[e]-d(a,e,o);return f(i,a)})]}joint(e){return this.joints.subarray(3*e,3*e+3)}};function u(e,t){let n=new Float32Array(5*t);for(let r=0;r<t;r++){let i=0;for(let n=0;n<5;n++)i+=e[n*t+r];for(let a=0;a<5;a++)n[5*r+a]=e[a*t+r]/i}return n}function d(e,t,n){return e[4*t]*n[0]+e[4*t+1]*n[1]+e[4*t+2]*n[2]}function f(e,t){let n=/* @__PURE__ */ new Float32Array(12);for(let r=0;r<3;r++)for(let i=0;i<4;i++){let a=i===3?e[4*r+3]:0;for(let n=0;n<3;n++)a+=e[4*r+n]*t[4*n+i];n[4*r+i]=a}return n}function p(e){let t=/* @__PURE__ */ new Float32Array(12);for(let n=0;n<3;n++)for(let r=0;r<3;r++)t[4*n+r]=e[4*r+n],t[4*n+3]-=e[4*r+n]*e[4*r+3];return t}function m(e,t){let n=Math.sqrt(Math.max(1+e[0]+e[5]+e[10],1e-12))/2,r=/* @__PURE__ */ new Float32Array(12);for(let t=0;t<3;t++)for(let i=0;i<3;i++){let a=+(t===i),o=e[4*t+i],s=e[4*i+t];r[4*t+i]=a+(o-s)/(4*n)+(o+s-2*a)/(4*(1+n))}for(let n=0;n<3;n++){let i=.5*(t[n]+d(e,n,t)+e[4*n+3]);r[4*n+3]=i-d(r,n,t)}return r}function h(e,t){let[n,r,i,a]=[Math.sin(e),Math.cos(e),Math.sin(t),Math.cos(t)];return Float32Array.of(r,-n*i,n*a,0,0,a,i,0,-n,-r*i,r*a,0)}let g=Math.log(.05),_=65536,v=2048,y=16384;function b(e){let t=Math.ceil(e/v)*v*4,n=Math.ceil(e/y)*y;return{places:new Uint32Array(t),looks:new Uint32Array(t),order:new Uint32Array(n),drawn:0}}var x=class{count;corners;barycentric;base;now;parts;depths;starts=/* @__PURE__ */ new Uint32Array(65537);constructor(e){let t=e.header.gaussians,n=e.header.head_gaussians;this.count=t;let r=e.array(`corners`),i=e.array(`barycentric`);this.corners=new Uint32Array(3*t),this.barycentric=new Float32Array(3*t);for(let e=0,n=0;e<t;e++){n+=r[e];let[a,o]=[i[e]/255,i[t+e]/255];this.corners.set([3*n,3*(n+r[t+e]),3*(n+r[2*t+e])],3*e),this.barycentric.set([1-a-o,a,o],3*e)}let a=e.array(`base`),o=e.floats(`base_steps`);this.base=new Float32Array(14*t);for(let e=0;e<a.length;e++)this.base[e]=a[e]*o[Math.floor(e/t)];this.now=new Float32Array(14*t),this.parts=[{first:0,count:n,bases:C(e,`head`),steps:e.floats(`head_steps`)},{first:n,count:t-n,bases:C(e,`torso`),steps:e.floats(`torso_steps`)}],this.depths=new Float32Array(t)}place(e,t,n){this.blend(t);let{now:r,count:i,corners:a,barycentric:o}=this,s=e,{places:c,looks:l}=n,u=new Float32Array(c.buffer);for(let e=0;e<i;e++){let t=a[3*e],n=a[3*e+1],d=a[3*e+2],f=s[n]-s[t],p=s[n+1]-s[t+1],m=s[n+2]-s[t+2],h=s[d]-s[t],_=s[d+1]-s[t+1],v=s[d+2]-s[t+2],y=p*v-m*_,b=m*h-f*v,x=f*_-p*h,S=1/Math.max(Math.sqrt(f*f+p*p+m*m),1e-12),C=1/Math.max(Math.sqrt(y*y+b*b+x*x),1e-12),T=f*S,E=p*S,k=m*S;y*=C,b*=C,x*=C;let A=b*k-x*E,j=x*T-y*k,M=y*E-b*T,N=r[e],P=r[i+e],F=r[2*i+e],I=o[3*e],L=o[3*e+1],R=o[3*e+2],z=4*e;u[z]=I*s[t]+L*s[n]+R*s[d]+T*N+A*P+y*F,u[z+1]=-(I*s[t+1]+L*s[n+1]+R*s[d+1]+E*N+j*P+b*F),u[z+2]=-(I*s[t+2]+L*s[n+2]+R*s[d+2]+k*N+M*P+x*F),c[z+3]=D(Math.min(1/(1+Math.exp(-r[13*i+e])),.999));let B,V,H,U;if(T+j+x>0){let e=Math.sqrt(1+T+j+x);B=.5*e,V=(M-b)*.5/e,H=(y-k)*.5/e,U=(E-A)*.5/e}else if(T>=j&&T>=x){let e=Math.sqrt(1+T-j-x);B=(M-b)*.5/e,V=.5*e,H=(A+E)*.5/e,U=(y+k)*.5/e}else if(j>=x){let e=Math.sqrt(1-T+j-x);B=(y-k)*.5/e,V=(A+E)*.5/e,H=.5*e,U=(b+M)*.5/e}else{let e=Math.sqrt(1-T-j+x);B=(E-A)*.5/e,V=(y+k)*.5/e,H=(b+M)*.5/e,U=.5*e}let W=r[3*i+e],G=r[4*i+e],K=r[5*i+e],q=r[6*i+e],J=B*W-V*G-H*K-U*q,Y=B*G+V*W+H*q-U*K,X=B*K-V*q+H*W+U*G,Z=B*q+V*K-H*G+U*W;l[z]=D(w(r[10*i+e]))|D(w(r[11*i+e]))<<16,l[z+1]=D(w(r[12*i+e]))|D(Math.min(r[7*i+e],g))<<16,l[z+2]=D(Math.min(r[8*i+e],g))|D(Math.min(r[9*i+e],g))<<16,l[z+3]=O(-Y,J,-Z,X)}}sort(e,t){let n=new Float32Array(t.places.buffer),{depths:r,starts:i,count:a}=this,[o,s,c,l]=e,u=D(.00392156862745098),d=1/0,f=-1/0;for(let e=0,i=0;e<a;e++,i+=4){let a=o*n[i]+s*n[i+1]+c*n[i+2]+l;a<.01||t.places[i+3]<u?r[e]=-1:(r[e]=a,a<d&&(d=a),a>f&&(f=a))}let p=f>d?65535/(f-d):0;i.fill(0);for(let e=0;e<a;e++)r[e]>=0&&i[((f-r[e])*p|0)+1]++;for(let e=1;e<=_;e++)i[e]+=i[e-1];t.drawn=i[_];for(let e=0;e<a;e++)r[e]>=0&&(t.order[i[(f-r[e])*p|0]++]=e)}blend(e){let{now:t,count:n}=this;t.set(this.base),this.parts.forEach((r,i)=>{let a=r.count;for(let o=0;o<e[i].length;o++)for(let s=0;s<14;s++){let c=o*14+s,l=e[i][o]*r.steps[c],u=c*a;S(t,s*n+r.first,r.bases,u,a,l)}})}};function S(e,t,n,r,i,a){for(let o=0;o<i;o++)e[t+o]+=a*n[r+o]}function C(e,t){return e.array(`${t}_bases`)}function w(e){return e<0?0:e>1?1:e}let T=/* @__PURE__ */ new Float32Array(1),E=new Uint32Array(T.buffer);function D(e){T[0]=e;let t=E[0],n=(t&2147483647)-939524096+4096;return n<8388608?0:t>>>16&32768|n>>13}function O(e,t,n,r){let i=e<0?-1:1,a=Math.sqrt(t*t+n*n+r*r),o=2*Math.atan2(a,i*e),s=i*(Math.abs(t)+Math.abs(n)+Math.abs(r)),c=1,l=0;if(a>1e-6*Math.abs(e)&&(c=t/s,l=n/s,i*r<0)){let e=c;c=(1-Math.abs(l))*(c>=0?1:-1),l=(1-Math.abs(e))*(l>=0?1:-1)}return Math.round(4095/Math.PI*o)<<20|Math.round((l*.5+.5)*1023)<<10|Math.round((c*.5+.5)*1023)}let k;self.onmessage=async({data:e})=>{try{e.kind===`open`?await A(e.packed):j(e)}catch(e){M({kind:`failed`,message:e instanceof Error?e.message:String(e)})}};async function A(t){let n=await a.read(t),r=n.info();k={networks:new e(n,r.layout),rig:new l(n,r.layout),splats:new x(n)};let i=Uint8Array.from(n.array(`plate`));M({kind:`opened`,info:r,plate:i,trainedScale:n.header.trained_scale},[i.buffer])}function j({code:e,depth:t,frame:n}){if(!k)throw Error(`The engine has no avatar yet.`);let{networks:r,rig:i,splats:a}=k,o=performance.now(),s=n??b(a.count);i.pose(e),a.place(i.vertices,r.weights(e),s);let c=performance.now();a.sort(t,s);let l=performance.now();M({kind:`made`,frame:s,engineMs:c-o,sortMs:l-c},[s.places.buffer,s.looks.buffer,s.order.buffer])}function M(e,t=[]){self.postMessage(e,{transfer:t})}})();",_p=typeof self<`u`&&self.Blob&&new Blob([`(self.URL || self.webkitURL).revokeObjectURL(self.location.href);`,gp],{type:`text/javascript;charset=utf-8`});function vp(e){let t;try{if(t=_p&&(self.URL||self.webkitURL).createObjectURL(_p),!t)throw``;let n=new Worker(t,{name:e?.name});return n.addEventListener(`error`,()=>{(self.URL||self.webkitURL).revokeObjectURL(t)}),n}catch{return new Worker(`data:text/javascript;charset=utf-8,`+encodeURIComponent(gp),{name:e?.name})}}var yp=[0,-.02,-.08],bp=.1,xp=4,Sp=class e{container;worker;scene;info;trainedScale;options;canvas;pace=new Ms;view=new Ve;pivot;centre;watcher=null;orbit={yaw:0,pitch:0,zoom:1};making=null;exact=[];next=null;last;spare=[];shown=null;waiting=null;drawing=!1;frameRequest=0;problem=null;constructor(e,t,n,r,i,a){this.container=e,this.worker=t,this.scene=n,this.info=r,this.trainedScale=i,this.options=a,this.canvas=n.canvas,this.last=r.rest;let o=r.layout.offsets.head,s=[0,1,2].map(e=>{let t=o+4*e;return r.rest[t+3]+yp.reduce((e,n,i)=>e+n*r.rest[t+i],0)});this.pivot=new V(s[0],-s[1],-s[2]),this.centre=[0,1].map(e=>r.camera.focal[e]*s[e]/s[2]+r.camera.principal[e]),this.canvas.setAttribute(`role`,`img`),this.canvas.setAttribute(`aria-label`,r.name),e.append(this.canvas),t.onmessage=({data:e})=>this.hear(e),t.onerror=e=>this.fail(Error(e.message||`The avatar's engine stopped.`)),this.canvas.addEventListener(`webglcontextrestored`,()=>this.again()),this.look(),a.size||(this.watcher=new ResizeObserver(()=>this.resize()),this.watcher.observe(e)),this.resize()}static async create(t,n,r={}){let i=new vp;try{let a=Cp(i);i.postMessage({kind:`open`,packed:n});let o=new fp,s=await a;if(s.kind!==`opened`)throw Error(s.kind===`failed`?s.message:`The engine is confused.`);let c=new e(t,i,o,s.info,s.trainedScale,r),l=c.drawExactly(s.info.rest);o.setPlate(await createImageBitmap(new Blob([s.plate]),{colorSpaceConversion:`none`}));let u=c.shown!==null;return await l,u&&o.render(),await o.finished(),c}catch(e){throw i.terminate(),e}}draw(e){this.next={code:e.slice()},this.pump()}drawExactly(e){return new Promise((t,n)=>{this.exact.push({code:e.slice(),done:t,failed:n}),this.pump()})}setBackground(e){this.scene.setBackground(e),this.again()}setOrbit(e,t,n){let{filmed:r}=this.info,i=(e,t,n)=>Math.min(Math.max(e,t),n);this.orbit={yaw:i(e,Math.min(r.yaw[0],0)-bp,Math.max(r.yaw[1],0)+bp),pitch:i(t,Math.min(r.pitch[0],0)-bp,Math.max(r.pitch[1],0)+bp),zoom:i(n,1,xp)};let a=new Ve().makeRotationY(this.orbit.yaw);a.multiply(new Ve().makeRotationX(-this.orbit.pitch));let{x:o,y:s,z:c}=this.pivot;return this.view.makeTranslation(o,s,c).multiply(a).multiply(new Ve().makeTranslation(-o,-s,-c)),this.look(),this.again(),{...this.orbit}}resetOrbit(){this.setOrbit(0,0,1)}stats(){return this.pace.stats()}dispose(){this.watcher?.disconnect(),cancelAnimationFrame(this.frameRequest),this.fail(Error(`The avatar was put away.`)),this.worker.terminate(),this.scene.dispose(),this.canvas.remove()}pump(){if(this.problem){for(let e of this.exact.splice(0))e.failed?.(this.problem);return}if(this.making)return;let e=this.exact.shift()??this.next;if(!e)return;e===this.next&&(this.next=null),this.making=e,this.last=e.code;let t=this.view.elements,n=[-t[2],-t[6],-t[10],-t[14]],r=this.spare.pop(),i=r?[r.places.buffer,r.looks.buffer,r.order.buffer]:[];this.worker.postMessage({kind:`make`,code:e.code,depth:n,frame:r},i)}hear(e){if(e.kind===`failed`)return this.fail(Error(e.message));if(e.kind!==`made`||!this.making)return;let t=this.making;t.done?(this.show(e),t.done()):(this.waiting=e,this.exact.length>0?this.showWaiting():this.await())}await(){cancelAnimationFrame(this.frameRequest),!this.drawing&&this.waiting&&(this.frameRequest=requestAnimationFrame(()=>this.showWaiting()))}showWaiting(){let e=this.waiting;this.waiting=null,e&&this.show(e)}show(e){this.shown&&this.spare.push(this.shown),this.shown=e.frame,this.making=null,this.scene.show(e.frame),this.scene.render(),this.drawing||this.watch(e),this.pump()}async watch(e){let t=performance.now();this.drawing=!0,await this.scene.finished(),this.drawing=!1,this.pace.add(e.engineMs,e.sortMs,performance.now()-t),this.await()}fail(e){this.problem??=e,this.making?.failed?.(e),this.making=null,this.pump()}again(){!this.next&&this.exact.length===0&&this.draw(this.last)}resize(){let{container:e,options:t,canvas:n}=this;if(t.size)this.setSize(t.size[0],t.size[1]);else{let[r,i]=ip(this.info.camera,[Math.max(e.clientWidth,1),Math.max(e.clientHeight,1)]),a=Math.min(window.devicePixelRatio||1,t.maxPixelRatio??(this.scene.inSoftware?1:2));Object.assign(n.style,{position:`absolute`,left:`${(e.clientWidth-r)/2}px`,top:`${(e.clientHeight-i)/2}px`,width:`${r}px`,height:`${i}px`}),this.setSize(Math.round(r*a),Math.round(i*a))}}setSize(e,t){(this.canvas.width!==e||this.canvas.height!==t)&&(this.scene.setSize(e,t),this.look(),this.shown&&this.scene.render())}look(){let{camera:e}=this.info,t=ap(e,this.canvas.width/this.canvas.height,this.orbit.zoom,this.centre);this.scene.look(e,t,this.view,this.trainedScale)}};function Cp(e){return new Promise((t,n)=>{e.onmessage=({data:e})=>t(e),e.onerror=e=>n(Error(e.message||`The avatar's engine did not start.`))})}var wp=16,Tp=.94,Ep=class{fromHz;toHz;up;down;taps;phases;kept;place;constructor(e,t){this.fromHz=e,this.toHz=t;let n=Dp(e,t);this.up=t/n,this.down=e/n;let r=Math.min(1,t/e)*Tp,i=Math.ceil(wp/r);this.taps=2*i,this.phases=new Float32Array(this.up*this.taps);for(let e=0;e<this.up;e++)this.fill(e,i,r);this.kept=new Float32Array(i-1),this.place=0}get behindS(){return this.taps/2/this.fromHz}push(e){let{taps:t,up:n,down:r,phases:i}=this,a=new Float32Array(this.kept.length+e.length);a.set(this.kept),a.set(e,this.kept.length);let o=Math.max(0,Math.ceil(((a.length-t+1)*n-this.place)/r)),s=new Float32Array(o);for(let e=0;e<o;e++){let o=Math.floor(this.place/n),c=this.place%n*t,l=0;for(let e=0;e<t;e++)l+=a[o+e]*i[c+e];s[e]=l,this.place+=r}let c=Math.min(Math.floor(this.place/n),a.length);return this.kept=a.slice(c),this.place-=c*n,s}fill(e,t,n){let r=this.phases.subarray(e*this.taps,(e+1)*this.taps),i=0;for(let a=0;a<this.taps;a++){let o=a-t+1-e/this.up,s=.5+.5*Math.cos(Math.PI*o/t);r[a]=(o===0?1:Math.sin(Math.PI*n*o)/(Math.PI*n*o))*s,i+=r[a]}for(let e=0;e<this.taps;e++)r[e]/=i}};function Dp(e,t){return t===0?e:Dp(t,e%t)}var Op=16e3,kp=`registerProcessor("lifemask-tap", class extends AudioWorkletProcessor {
  process([input]) { if (input[0]) this.port.postMessage(input[0].slice()); return true; }
});`,Ap=1024;async function jp(e){if(!navigator.mediaDevices?.getUserMedia)throw Error(`This browser gives no page a microphone here. Open the page in Chrome, Edge or Firefox, or by https.`);let t;try{t=await navigator.mediaDevices.getUserMedia({audio:{channelCount:1,echoCancellation:!0,noiseSuppression:!0,autoGainControl:!0}})}catch(e){throw Error(Np(e))}let n=new AudioContext({latencyHint:`interactive`}),r=()=>{for(let e of t.getTracks())e.stop();n.close()};try{await n.resume();let i=new Ep(n.sampleRate,Op),a=await Mp(n,n.createMediaStreamSource(t),t=>e(i.push(t)));return{latencyS:i.behindS+a/n.sampleRate,close:r}}catch(e){throw r(),e}}async function Mp(e,t,n){let r=new GainNode(e,{gain:0});if(r.connect(e.destination),e.audioWorklet!==void 0){let i=location.protocol===`file:`,a=i?`data:text/javascript,${encodeURIComponent(kp)}`:URL.createObjectURL(new Blob([kp],{type:`text/javascript`}));try{await e.audioWorklet.addModule(a);let i=new AudioWorkletNode(e,`lifemask-tap`,{channelCount:1,channelCountMode:`explicit`});return i.port.onmessage=e=>n(e.data),t.connect(i).connect(r),128}catch{}finally{i||URL.revokeObjectURL(a)}}let i=e.createScriptProcessor(Ap,1,1);return i.onaudioprocess=e=>n(e.inputBuffer.getChannelData(0).slice()),t.connect(i).connect(r),Ap}function Np(e){let t=e instanceof DOMException?e.name:``;return t===`NotAllowedError`||t===`SecurityError`?`The microphone was not allowed. Allow it beside the address of this page, then try again.`:t===`NotFoundError`||t===`OverconstrainedError`?`There is no microphone.`:t===`NotReadableError`?`The microphone cannot be read: another program may hold it.`:`The microphone cannot be opened: ${e instanceof Error?e.message:String(e)}`}async function Pp(e){let t=e.name===void 0?`The file`:`"${e.name}"`;if(e.size===0)throw Error(`${t} is empty.`);let n,r=new OfflineAudioContext(1,1,48e3);try{n=await r.decodeAudioData(await e.arrayBuffer())}catch{throw Error(`${t} has no sound that this browser can decode. WAV, MP3, M4A, OGG, MP4 and WebM work.`)}if(n.length===0)throw Error(`${t} has no sound.`);let i=new OfflineAudioContext(1,Math.ceil(n.duration*Op),Op),a=new AudioBufferSourceNode(i,{buffer:n});return a.connect(i.destination),a.start(),{samples:(await i.startRendering()).getChannelData(0),buffer:n}}var Fp=4,Ip=12,Lp=`face_mode_`,Rp=class{width;mouth;life;eyes;head;torso;torsoModes;torsoModeCount;constructor({layout:e,mouth:t,life:n}){let{expressionNames:r,torsoModes:i,faceModes:a}=e;this.eyes=r.length,this.head=this.eyes+Fp,this.torso=this.head+Ip,this.torsoModes=this.torso+Ip,this.torsoModeCount=i;let o=this.torsoModes+i;this.width=o+a;let s=e=>e.startsWith(Lp)?o+Number(e.slice(10)):r.indexOf(e);this.mouth=t.names.map(s),this.life=n.names.map(s)}writeMouth(e,t,n,r){for(let i=0;i<this.mouth.length;i++)n[r+this.mouth[i]]=e[t+i]}},zp=.3,Bp=3,Vp=4,Hp=6,Up=class{rows;loops;width;names;lids;modes;along={};poses;now;at=0;present=0;blinking=null;constructor(e,t){this.rows=t;let{names:n,lids:r,modes:i}=e.header.life;this.names=n.length,this.lids=r,this.modes=i,this.width=this.names+Vp+12+i+1;let a=t=>({rows:e.array(`life.${t}`),length:e.length(`life.${t}`)});this.loops=[a(`listening`),a(`speaking`)];for(let t of[`shut`,`face`,`looks`,`gaze`,`share`,`known`])this.along[t]=e.array(`life.${t}`);let o=e.array(`life.pivots`);this.poses=[new Wp(e.array(`life.head_mean`),o.subarray(0,3)),new Wp(e.array(`life.torso_mean`),o.subarray(3))],this.now=new Float32Array(this.width)}reset(){this.at=this.present=0,this.blinking=null}step(e,t,n){let r=e>this.present?zp:Bp;this.present+=(1-Math.exp(-.04/r))*(e-this.present);let[i,a]=this.loops.map(e=>this.at%e.length*this.width),[o,s]=this.loops;for(let e=0;e<this.width;e++)this.now[e]=o.rows[i+e]+this.present*(s.rows[a+e]-o.rows[i+e]);this.shut(this.lidsShut()),this.at++,this.write(t,n)}lidsShut(){let e=e=>e.rows[this.at%e.length*this.width+this.width-1];this.blinking??=this.loops[this.present<.5?0:1];let t=e(this.blinking);return t>0?t:(this.blinking=null,0)}shut(e){let{now:t,lids:n,names:r}=this,{shut:i,face:a,looks:o,gaze:s,share:c,known:l}=this.along,u=e*l[0],d=(e,n,r)=>t[e]+=r*(n-t[e]);for(let t=0;t<2;t++)d(t,i[t],e);for(let e=2;e<n;e++)d(e,o[e-2],u);for(let t=n;t<r;t++)d(t,a[t-n],e*c[t-n]);for(let e=0;e<Vp;e++)d(r+e,s[e%2],u)}write(e,t){let{now:n,names:r,rows:i,modes:a}=this;for(let a=0;a<r;a++)e[t+i.life[a]]=Math.min(Math.max(n[a],0),1);for(let a=0;a<Vp;a++)e[t+i.eyes+a]=n[r+a];this.poses[0].write(n,r+Vp,e,t+i.head),this.poses[1].write(n,r+Vp+Hp,e,t+i.torso);let o=r+Vp+12;for(let r=0;r<Math.min(a,i.torsoModeCount);r++)e[t+i.torsoModes+r]=n[o+r]}},Wp=class{mean;pivot;turn=new Float64Array(9);place;constructor(e,t){this.mean=e,this.pivot=t,this.place=[0,1,2].map(n=>e[4*n+3]+[0,1,2].reduce((r,i)=>r+e[4*n+i]*t[i],0))}write(e,t,n,r){let{mean:i,pivot:a,place:o,turn:s}=this;Gp(e[t],e[t+1],e[t+2],s);for(let c=0;c<3;c++){let l=o[c]+e[t+3+c];for(let e=0;e<3;e++){let t=0;for(let n=0;n<3;n++)t+=s[3*c+n]*i[4*n+e];n[r+4*c+e]=t,l-=t*a[e]}n[r+4*c+3]=l}}};function Gp(e,t,n,r){let i=e*e+t*t+n*n,a=Math.sqrt(i),o=i<1e-8,s=o?1-i/6:Math.sin(a)/a,c=o?.5-i/24:(1-Math.cos(a))/i;r[0]=1-c*(t*t+n*n),r[1]=c*e*t-s*n,r[2]=c*e*n+s*t,r[3]=c*e*t+s*n,r[4]=1-c*(e*e+n*n),r[5]=c*t*n-s*e,r[6]=c*e*n-s*t,r[7]=c*t*n+s*e,r[8]=1-c*(e*e+t*t)}var Kp=`lifemask-packed-voice-1`,qp=4095,Jp=class e{header;body;entries=new Map;constructor(e,t,n){this.header=e,this.body=n;for(let e of t)this.entries.set(e.name,e)}static async of(t){let n;try{let e=new Blob([t]).stream().pipeThrough(new DecompressionStream(`gzip`));n=await new Response(e).arrayBuffer()}catch{throw Error(`The voice in this page cannot be read: it is damaged. Export the page again.`)}let r=new DataView(n).getUint32(0,!0),i=JSON.parse(new TextDecoder().decode(new Uint8Array(n,4,r)));if(i.schema!==Kp)throw Error(`The voice is of another version (${i.schema}, not ${Kp}).`);return new e(i,i.arrays,n.slice(4+r))}array(e){let{kind:t,shape:n,at:r}=this.entry(e),i=n.reduce((e,t)=>e*t,1);if(t===`f32`)return new Float32Array(this.body,r,i);if(t===`tracks`)return this.rows(new Uint8Array(this.body,r,i),n,this.array(`${e}.range`));let a=new Float32Array(i);if(t===`f16`){let e=new Uint16Array(this.body,r,i);for(let t=0;t<i;t++)a[t]=Xp(e[t]);return a}let o=new Int8Array(this.body,r,i),s=this.array(`${e}.scale`),c=i/s.length;for(let e=0,t=0;e<s.length;e++)for(let n=t+c;t<n;t++)a[t]=s[e]*o[t];return a}length(e){return this.entry(e).shape[2]}shape(e){return this.entry(e).shape}get size(){return[...this.entries.values()].reduce((e,{shape:t})=>e+t.reduce((e,t)=>e*t,1),0)}entry(e){let t=this.entries.get(e);if(t===void 0)throw Error(`The voice in this page has no '${e}'. Export the page again.`);return t}rows(e,[,t,n],r){let i=r=>(e[r]|e[t*n+r]<<8)<<16>>16,a=new Float32Array(t*n);for(let e=0;e<t;e++){let o=r[2*e],s=(r[2*e+1]-o)/qp,c=0,l=0;for(let r=0;r<n;r++)c+=i(e*n+r),l+=c,a[r*t+e]=o+s*l}return a}},Yp=Float32Array.from({length:32},(e,t)=>2**(Math.max(t,1)-25));function Xp(e){let t=e>>10&31,n=((e&1023)+(t>0?1024:0))*Yp[t];return e&32768?-n:n}var Zp="(function(){function e(e){try{return new WebAssembly.Instance(new WebAssembly.Module(m()),{page:{memory:e}}).exports.dense}catch{return null}}let[t,n,r,i,a,o,s,c,l,u,d,f,p]=Array(13).keys();function m(){let e=[96,...D([,,,,,,].fill([127])),0],t=[...O(`page`),...O(`memory`),2,0,...k(1)],n=[...O(`dense`),0,0],r=[...D([[...k(2),127],[...k(5),123]]),...h(),11];return Uint8Array.from([0,97,115,109,1,0,0,0,...E(1,D([e])),...E(2,D([t])),...E(3,D([[0]])),...E(7,D([n])),...E(10,D([[...k(r.length),...r]]))])}function h(){let e=(e,n)=>y(e,[...v(e),...v(p),...S(t,n),...re,...g]),m=T([...y(p,C(s,0)),...e(l,0),...e(u,16),...y(p,C(s,4)),...e(d,32),...e(f,48),...x(t,64),...x(s,8)],[...v(s),...v(c),ee]);return T([...y(l,S(n,0)),...y(u,S(n,16)),...y(d,_),...y(f,_),...y(s,v(r)),...y(c,[...v(r),...v(a),...b(2),ne,te]),...m,...w(i,0,[...v(l),...v(d),...g]),...w(i,16,[...v(u),...v(f),...g]),...x(n,32),...x(i,32),...x(o,-1)],v(o))}let ee=73,te=106,ne=116,g=[253,228,1],re=[253,230,1],_=[253,12,...Array(16).fill(0)];function v(e){return[32,e]}function y(e,t){return[...t,33,e]}function b(e){return[65,...A(e)]}function x(e,t){return y(e,[...v(e),...b(t),106])}function S(e,t){return[...v(e),253,0,2,...k(t)]}function C(e,t){return[...v(e),253,9,2,...k(t)]}function w(e,t,n){return[...v(e),...n,253,11,2,...k(t)]}function T(e,t){return[3,64,...e,...t,13,0,11]}function E(e,t){return[e,...k(t.length),...t]}function D(e){return[...k(e.length),...e.flat()]}function O(e){return[...k(e.length),...new TextEncoder().encode(e)]}function k(e){return e<128?[e]:[e&127|128,...k(e>>>7)]}function A(e){return e>=-64&&e<64?[e&127]:[e&127|128,...A(e>>7)]}let ie=2**21;var j=class{pack;memory;kernel;used=0;constructor(t,n=!0){this.pack=t,this.memory=new WebAssembly.Memory({initial:Math.ceil((4*t.size+ie)/65536)}),this.kernel=n?e(this.memory):null}floats(e){let t=new Float32Array(this.memory.buffer,this.used,e);return this.used+=32*Math.ceil(e/8),t}layer(e){let[t,n]=this.pack.shape(e),r=this.pack.array(e),i=Math.ceil(t/8),a=n+n%2,o=this.floats(i*a*8),s=this.floats(i*8);s.set(this.pack.array(`${e}.bias`));for(let e=0;e<t;e++){let t=Math.floor(e/8)*a*8+e%8;for(let i=0;i<n;i++)o[t+i*8]=r[e*n+i]}return new ae(n,t,o,s,a,i,this.kernel)}},ae=class{inputs;outputs;weight;bias;even;blocks;kernel;constructor(e,t,n,r,i,a,o){this.inputs=e,this.outputs=t,this.weight=n,this.bias=r,this.even=i,this.blocks=a,this.kernel=o}apply(e,t,n,r){let{weight:i,bias:a,even:o,blocks:s}=this;if(this.kernel!==null){let[c,l]=[e.byteOffset+4*t,n.byteOffset+4*r];this.kernel(i.byteOffset,a.byteOffset,c,l,o,s)}else for(let c=0;c<s*8;c+=4){let s=Math.floor(c/8)*o*8+c%8,l=a[c],u=a[c+1],d=a[c+2],f=a[c+3];for(let n=t;n<t+this.inputs;n++,s+=8){let t=e[n];l+=t*i[s],u+=t*i[s+1],d+=t*i[s+2],f+=t*i[s+3]}n[r+c]=l,n[r+c+1]=u,n[r+c+2]=d,n[r+c+3]=f}}};function oe(e){for(let t=0;t<e.length;t++)e[t]<0&&(e[t]=0)}function M(e){for(let t=0;t<e.length;t++)e[t]*=.5*(1+se(e[t]*Math.SQRT1_2))}function N(e){return 1/(1+Math.exp(-e))}function se(e){let t=1/(1+.3275911*Math.abs(e)),n=1-t*(.254829592+t*(-.284496736+t*(1.421413741+t*(-1.453152027+t*1.061405429))))*Math.exp(-e*e);return e<0?-n:n}var P=class{size;real;imaginary;cosines;sines;reversed;constructor(e){this.size=e,this.real=new Float64Array(e),this.imaginary=new Float64Array(e),this.cosines=Float64Array.from({length:e/2},(t,n)=>Math.cos(2*Math.PI*n/e)),this.sines=Float64Array.from({length:e/2},(t,n)=>-Math.sin(2*Math.PI*n/e)),this.reversed=new Uint16Array(e);for(let t=1;t<e;t++)this.reversed[t]=this.reversed[t>>1]>>1|(t&1?e>>1:0)}powers(e,t,n,r){let{size:i,real:a,imaginary:o,reversed:s}=this;for(let n=0;n<i;n++)a[s[n]]=e(n),o[s[n]]=t(n);this.transform();for(let e=0;e<=i/2;e++){let t=(i-e)%i,s=a[e]+a[t],c=o[e]-o[t],l=o[e]+o[t],u=a[t]-a[e];n[e]=.25*(s*s+c*c),r[e]=.25*(l*l+u*u)}}transform(){let{size:e,real:t,imaginary:n,cosines:r,sines:i}=this;for(let a=1;a<e;a*=2){let o=e/(2*a);for(let s=0;s<e;s+=2*a)for(let e=0;e<a;e++){let c=r[e*o],l=i[e*o],u=s+e,d=u+a,f=t[d]*c-n[d]*l,p=t[d]*l+n[d]*c;t[d]=t[u]-f,n[d]=n[u]-p,t[u]+=f,n[u]+=p}}}},F=class{weights;count;width;first;last;constructor(e,t,n){this.weights=e,this.count=t,this.width=n,this.first=new Uint16Array(t),this.last=new Uint16Array(t);for(let r=0;r<t;r++){let t=e.subarray(r*n,(r+1)*n);this.first[r]=t.findIndex(e=>e!==0),this.last[r]=n-1-t.slice().reverse().findIndex(e=>e!==0)}}sum(e,t){let n=0,r=t*this.width;for(let i=this.first[t];i<=this.last[t];i++)n+=e[i]*this.weights[r+i];return n}},I=class{store=/* @__PURE__ */ new Float32Array(4096);begin=0;end=0;get length(){return this.end-this.begin}get values(){return this.store.subarray(this.begin,this.end)}push(e,t=1){if(this.end+e.length>this.store.length){let t=this.values,n=2*(t.length+e.length),r=n>this.store.length?new Float32Array(n):this.store;r.set(t),this.end-=this.begin,this.begin=0,this.store=r}for(let n=0;n<e.length;n++)this.store[this.end+n]=t*e[n];this.end+=e.length}drop(e){this.begin+=e}clear(){this.begin=this.end=0}};let L=1e-6;function R(e){return e*160-120+400}var ce=class{window;bands;spectrum=new P(512);came=new I;even=new I;powers=[/* @__PURE__ */ new Float64Array(257),/* @__PURE__ */ new Float64Array(257)];constructor(e){this.window=e.array(`mel.window`),this.bands=new F(e.array(`mel.bands`),80,257),this.reset()}reset(){for(let e of[this.came,this.even])e.clear(),e.push(/* @__PURE__ */ new Float32Array(121))}push(e,t,n){this.came.push(e),this.even.push(e,t);let r=/* @__PURE__ */ new Float32Array(80),i=e=>t=>t<400?(e[t+1]-.97*e[t])*this.window[t]:0;for(;this.came.length>=401;){let[e,t]=this.powers;this.spectrum.powers(i(this.came.values),i(this.even.values),e,t);let a=0;for(let n=0;n<80;n++)a+=this.bands.sum(e,n),r[n]=Math.log(this.bands.sum(t,n)+L);this.came.drop(160),this.even.drop(160),n(a,r)}}};function z(e){return Math.floor((e+1)*512/3)}function le(e){return Math.floor((3*(e+1)-1)/512)}var ue=class{layer;stride;out;padded;count;constructor(e,t,n,r){this.layer=t,this.stride=r;let i=t.inputs/3;this.padded=e.floats((n+2)*i),this.count=Math.floor((n-1)/r)+1,this.out=e.floats(this.count*t.outputs)}step(e){let{inputs:t,outputs:n}=this.layer;this.padded.set(e,t/3);for(let e=0;e<this.count;e++)this.layer.apply(this.padded,e*this.stride*t/3,this.out,e*n);return oe(this.out),this.out}},de=class{ahead;window=Float64Array.from({length:256},(e,t)=>.5-.5*Math.cos(2*Math.PI*t/256));spectrum=new P(256);powers=[/* @__PURE__ */ new Float64Array(129),/* @__PURE__ */ new Float64Array(129)];magnitudes=/* @__PURE__ */ new Float32Array(516);layers;gates;gated;answer;answered;said;sound=new I;memories;chunks=0;rows=0;samples=0;thought=/* @__PURE__ */ new Map;constructor(e,t){this.ahead=t;let n=[[4,1],[4,2],[2,2],[1,1]];this.layers=n.map(([t,n],r)=>new ue(e,e.layer(`vad.${r+1}`),t,n)),this.gates=e.layer(`vad.memory`),this.gated=e.floats(this.gates.outputs),this.answer=e.layer(`vad.answer`),this.answered=e.floats(1),this.said=e.floats(128);let r=()=>({input:e.floats(256),kept:/* @__PURE__ */ new Float32Array(128)});this.memories=Array.from({length:3},r),this.reset()}reset(){this.chunks=this.rows=this.samples=0,this.thought.clear(),this.sound.clear(),this.sound.push(new Float32Array(576-z(0)));for(let{input:e,kept:t}of this.memories)e.fill(0),t.fill(0)}push(e){for(this.sound.push(e,2),this.samples+=e.length;this.sound.length>=576;)this.thought.set(this.chunks,this.think(this.sound.values,this.memories[this.chunks%3])),this.sound.drop(z(this.chunks+1)-z(this.chunks)),this.chunks++;let t=[];for(;R(this.rows+this.ahead)<=this.samples;this.rows++){let e=le(R(this.rows+this.ahead))-1;t.push(this.thought.get(e));for(let t of this.thought.keys())t<e&&this.thought.delete(t)}return t}think(e,t){let{powers:n,magnitudes:r,window:i}=this,a=t=>t<576?e[t]:e[1150-t];for(let e=0;e<2;e++){let t=256*e;this.spectrum.powers(e=>i[e]*a(t+e),e=>i[e]*a(t+128+e),n[0],n[1]);for(let t=0;t<129;t++)r[2*e*129+t]=Math.sqrt(n[0][t]),r[(2*e+1)*129+t]=Math.sqrt(n[1][t])}let o=r;for(let e of this.layers)o=e.step(o);return this.sure(o,t)}sure(e,{input:t,kept:n}){let{gated:r,said:i}=this;t.set(e),this.gates.apply(t,0,r,0);for(let e=0;e<128;e++){n[e]=N(r[128+e])*n[e]+N(r[e])*Math.tanh(r[256+e]);let a=N(r[384+e])*Math.tanh(n[e]);t[128+e]=a,i[e]=Math.max(0,a)}return this.answer.apply(i,0,this.answered,0),N(this.answered[0])}},B=class{layer;dilation;out;inputs;kept;beside;rows;row=0;constructor(e,t,n){this.layer=t,this.dilation=n,this.inputs=t.inputs/3,this.rows=2*n+1,this.kept=new Float32Array(this.rows*this.inputs),this.beside=e.floats(t.inputs),this.out=e.floats(t.outputs)}step(e){let{inputs:t,kept:n,rows:r,dilation:i}=this;n.set(e,this.row%r*t);for(let e=0;e<3;e++){let a=(this.row+r-(2-e)*i)%r*t;this.beside.set(n.subarray(a,a+t),e*t)}return this.row++,this.layer.apply(this.beside,0,this.out,0),M(this.out),this.out}},V=class{layer;bent;out;constructor(e,t,n){this.layer=t,this.bent=n,this.out=e.floats(t.outputs)}step(e){return this.layer.apply(e,0,this.out,0),this.bent&&M(this.out),this.out}};function H(e,t){for(let n=0;n<e.length;n++)e[n]+=t[n]}function U(e,t){let n=e.header.mouth;return n.kind===`personal`?new pe(e,t,n):new he(e,t,n)}var W=class{out;mean;spread;constructor(e,t){this.mean=e.array(`mouth.mean`),this.spread=e.array(`mouth.spread`),this.out=t.floats(this.mean.length)}step(e){for(let t=0;t<this.out.length;t++)this.out[t]=(e[t]-this.mean[t])/this.spread[t];return this.out}},fe=class{stem;blocks;head;constructor(e,t,n){this.stem=new V(e,e.layer(`${t}.stem`),!0),this.blocks=n.map((n,r)=>[new B(e,e.layer(`${t}.wide.${r}`),n),new V(e,e.layer(`${t}.narrow.${r}`),!1)]),this.head=new V(e,e.layer(`${t}.head`),!1)}step(e){let t=this.stem.step(e);for(let[e,n]of this.blocks)H(t,n.step(e.step(t)));return this.head.step(t)}},pe=class{normal;nets;said;before;space={};weights;widening;constructor(e,t,n){this.normal=new W(e,t),this.nets=Array.from({length:n.nets},(e,r)=>new fe(t,`mouth.${r}`,n.dilations)),this.said=new Float32Array(n.outputs),this.before=2*n.dilations.reduce((e,t)=>e+t);for(let t of[`rest`,`directions`,`low`,`high`,`closed_m`,`opening`,`aperture_m`,`wider`])this.space[t]=e.array(`space.${t}`);this.weights=new Float32Array(n.names.length),this.widening=new me(e.array(`widening.said`),e.array(`widening.true`)),this.reset()}reset(){let e=this.normal.out.fill(0);for(let t=0;t<this.before;t++)for(let t of this.nets)t.step(e)}step(e){let t=this.normal.step(e);this.said.fill(0);for(let e of this.nets)H(this.said,e.step(t));for(let e=0;e<this.said.length;e++)this.said[e]/=this.nets.length;return this.placed()}placed(){let{said:e,weights:t}=this,{rest:n,directions:r,low:i,high:a,closed_m:o,opening:s,aperture_m:c,wider:l}=this.space,u=t.length;t.set(n);for(let n=0;n<e.length-1;n++)for(let i=0;i<u;i++)t[i]+=e[n]*r[n*u+i];let d=o[0];for(let e=0;e<u;e++)d+=t[e]*s[e];let f=this.widening.of(c[0]+c[1]*e[e.length-1])-d;for(let e=0;e<u;e++)t[e]=Math.min(Math.max(t[e]+f*l[e],i[e]),a[e]);return t}},me=class{said;real;constructor(e,t){this.said=e,this.real=t}of(e){let{said:t,real:n}=this,r=t.length-1,i=(n[r]-n[0])/Math.max(t[r]-t[0],1e-9);if(e<=t[0])return n[0]+i*(e-t[0]);if(e>=t[r])return n[r]+i*(e-t[r]);let a=1;for(;t[a]<e;)a++;let o=t[a]-t[a-1],s=o>0?(e-t[a-1])/o:1;return n[a-1]+s*(n[a]-n[a-1])}},he=class{about;normal;silence;enter;hear;code;heads;scale;contacts;before;hidden;weights;constructor(e,t,n){this.about=n,this.normal=new W(e,t),this.silence=e.array(`mouth.silence`),this.enter=new V(t,t.layer(`mouth.enter`),!0),this.hear=n.dilations.map((e,n)=>new B(t,t.layer(`mouth.hear.${n}`),e)),this.code=new V(t,t.layer(`mouth.code`),!0),this.heads=new V(t,t.layer(`mouth.heads`),!1),this.scale=e.array(`mouth.scale`),this.contacts=e.array(`mouth.contacts`),this.before=2*n.dilations.reduce((e,t)=>e+t),this.hidden=t.floats(this.hear[0].out.length),this.weights=new Float32Array(n.names.length),this.reset()}reset(){for(let e=0;e<this.before;e++)this.step(this.silence)}step(e){let{hidden:t,weights:n}=this,{channels:r,columns:i}=this.about;t.set(this.hear[0].step(this.enter.step(this.normal.step(e))));for(let e of this.hear.slice(1))H(t,e.step(t));let a=this.heads.step(this.code.step(t)),o=this.held(a[r+1]),s=this.held(a[r]);for(let e=0;e<n.length;e++){let t=i[e],c=a[t]*this.scale[t];c+=o*(this.contacts[t]-c),c+=s*(this.contacts[r+t]-c),n[e]=Math.max(0,c)}return n}held(e){let[t,n]=this.about.sure_of_contact,r=Math.min(Math.max((N(e)-t)/(n-t),0),1);return r*r*(3-2*r)}},ge=class{last=[];spoken=[];silent=0;free=0;constructor(){this.reset()}reset(){this.last=[,,].fill(0),this.spoken=[],this.silent=2**30,this.free=0}push(e){let t=[];for(let n of e)this.last.push(n),this.spoken.push(this.last.reduce((e,t)=>e+t)/3>=.45),this.last.shift(),this.spoken.length===4&&t.push(this.row());return t}flush(){if(this.spoken.length===0)return[];for(;this.spoken.length<4;)this.spoken.push(!1);return[this.row()]}row(){let e=this.spoken.lastIndexOf(!0);this.silent=e>=0?3-e:this.silent+4;let t=+(e>=0||this.silent<100);return this.free+=Math.min(Math.max(t-this.free,-.6),.6),this.spoken=[],this.free}};let _e=10**2.5;function G(e){for(let t=0;t<e.length;t++)e[t]<0&&(e[t]=Math.max(.2*e[t],-.4))}var ve=class{layer;bands;padded;out;inputs;constructor(e,t,n){this.layer=t,this.bands=n,this.inputs=t.inputs/3,this.padded=e.floats((n+2)*this.inputs),this.out=e.floats(n*t.outputs)}step(e){this.padded.set(e,this.inputs);for(let e=0;e<this.bands;e++)this.layer.apply(this.padded,e*this.inputs,this.out,e*this.layer.outputs);return G(this.out),this.out}},ye=class{layer;bands;every;kept;out;inputs;rows=0;constructor(e,t,n,r=1){this.layer=t,this.bands=n,this.every=r,this.inputs=t.inputs/3,this.kept=e.floats(n*t.inputs),this.out=e.floats(n*t.outputs)}reset(){this.rows=0}step(e){let{layer:t,inputs:n,kept:r}=this;for(let i=0;i<this.bands;i++){let a=i*t.inputs;r.copyWithin(a,a+n,a+t.inputs);for(let t=0;t<n;t++)r[a+2*n+t]=e[i*n+t]}let i=this.rows++-2;if(i<0||i%this.every!==0)return null;for(let e=0;e<this.bands;e++)t.apply(r,e*t.inputs,this.out,e*t.outputs);return G(this.out),this.out}};function K(e,t,n){let r=new Float32Array(e.length/2);for(let i=0;i<r.length;i++){let a=Math.floor(i/n)*2*n+i%n;r[i]=Math.max(e[a],e[a+n],t[a],t[a+n])}return r}var be=class{framesBefore;window;bank;spectrum=new P(512);powers=[/* @__PURE__ */ new Float64Array(257),/* @__PURE__ */ new Float64Array(257)];sound=new I;first;frames=/* @__PURE__ */ new Float32Array(102);nine;entered;bands;time;waiting=null;seen=0;constructor(e,t,n){this.framesBefore=n,this.window=e.array(`phonetic.window`),this.bank=new F(e.array(`phonetic.bands`),32,257),this.first=t.layer(`phonetic.0`),this.nine=t.floats(this.first.inputs),this.entered=t.floats(32*this.first.outputs);let r=e=>t.layer(`phonetic.${e}`),i=[0,32,32,16,16,16,16,8,8,8,8];this.bands=[1,3,5,7,9].map(e=>new ve(t,r(e),i[e])),this.time=[2,4,6,8,10].map(e=>new ye(t,r(e),i[e],e===10?2:1)),this.reset()}reset(){this.sound.clear(),this.sound.push(new Float32Array(160*this.framesBefore));for(let e of this.time)e.reset();this.waiting=null,this.seen=0}push(e,t,n){for(this.sound.push(e,t);this.sound.length>=672;){let e=this.sound.values,[t,r]=this.powers;this.spectrum.powers(t=>e[t]*this.window[t],t=>e[t+160]*this.window[t],t,r),this.sound.drop(320);for(let e of this.powers){let t=this.frame(e);t!==null&&n(t)}}}frame(e){let{frames:t,nine:n,entered:r,first:i}=this;t.copyWithin(0,34);for(let n=0;n<32;n++)t[68+n+1]=Math.log10(Math.max(this.bank.sum(e,n),_e))+2;if(++this.seen<3)return null;for(let e=0;e<32;e++){for(let r=0;r<3;r++)for(let i=0;i<3;i++)n[3*r+i]=t[r*34+e+i];i.apply(n,0,r,e*i.outputs)}return G(r),this.through(r)}through(e){let[t,n,r,i,a]=this.bands,[o,s,c,l,u]=this.time,d=o.step(t.step(e));if(d===null)return null;if(this.waiting===null)return this.waiting=d.slice(),null;let f=K(this.waiting,d,24);this.waiting=null;let p=s.step(n.step(f)),m=p&&c.step(r.step(p)),h=m&&l.step(i.step(K(m,m,48)));return h&&u.step(a.step(h))}};let q=8e3,J=.7;var Y=class{value=J;rows=50;add(e,t){t<=.5||(this.rows=Math.min(this.rows+1,6e3),this.value+=(Math.log(e+1e-9)-this.value)/this.rows)}get gain(){return Math.min(Math.max(Math.exp((J-this.value)/2),1/10),10)}},xe=class{weights;mel;activity;phonetics;mouth;pauses=new ge;rest;fromRest;heard;level=new Y;samples=0;gain=1;near=new I;mels=new I;powers=[];free=[];speaking=[];said=new I;told=0;bands=0;constructor(e,t=!0){let n=new j(e,t);this.mel=new ce(e),this.activity=new de(n,3),this.phonetics=new be(e,n,16),this.mouth=U(e,n),this.rest=e.array(`mouth.rest`),this.fromRest=e.header.mouth.from_rest,this.weights=this.rest.length,this.heard=/* @__PURE__ */ new Float32Array(1216),this.begin()}reset(){this.level=new Y,this.mouth.reset(),this.begin()}push(e){for(let t=0;t<e.length;){let n=this.samples%q;n===0&&(this.gain=this.level.gain);let r=e.subarray(t,Math.min(t+q-n,e.length));this.hear(r),this.samples+=r.length,t+=r.length}return this.ready(1/0)}flush(){let e=Math.ceil(this.samples/640)-this.told;this.hear(/* @__PURE__ */ new Float32Array(2560),Math.ceil(this.samples/160)),this.free.push(...this.pauses.flush());let t=this.ready(e);return this.mouth.reset(),this.begin(),t}begin(){for(let e of[this.mel,this.activity,this.phonetics,this.pauses])e.reset();this.near.clear(),this.said.clear(),this.mels.clear(),this.mels.push((/* @__PURE__ */ new Float32Array(160)).fill(Math.log(L))),this.powers=[],this.free=[],this.speaking=[],this.samples=this.told=this.bands=0}hear(e,t=1/0){let n=this.gain;this.mel.push(e,n,(e,t)=>{this.powers.push(e),this.mels.push(t)}),this.phonetics.push(e,n,e=>this.near.push(e));let r=this.activity.push(e).slice(0,t-this.bands);this.bands+=r.length;for(let e of r)this.level.add(this.powers.shift(),e);for(let e of r)this.speaking.push(e);for(let e of this.pauses.push(r))this.free.push(e);for(;this.near.length>=576&&this.mels.length>=640;)this.say()}say(){this.heard.set(this.near.values.subarray(0,576)),this.heard.set(this.mels.values.subarray(0,640),576),this.near.drop(576),this.mels.drop(320),this.said.push(this.mouth.step(this.heard))}ready(e){let t=this.weights,n=Math.min(this.said.length/t,this.free.length,e),r=new Float32Array(n*t),i=new Float32Array(n),a=this.said.values;for(let e=0;e<n;e++){i[e]=this.speaking[4*e];for(let n=0;n<t;n++){let i=this.rest[n],o=a[e*t+n],s=this.fromRest?Math.min(Math.max(i+o,0),1):o;r[e*t+n]=i+this.free[e]*(s-i)}}return this.said.drop(n*t),this.free.splice(0,n),this.speaking.splice(0,4*n),this.told+=n,{count:n,mouth:r,speaking:i}}};let X=`lifemask-packed-voice-1`;var Se=class e{header;body;entries=/* @__PURE__ */ new Map;constructor(e,t,n){this.header=e,this.body=n;for(let e of t)this.entries.set(e.name,e)}static async of(t){let n;try{let e=new Blob([t]).stream().pipeThrough(new DecompressionStream(`gzip`));n=await new Response(e).arrayBuffer()}catch{throw Error(`The voice in this page cannot be read: it is damaged. Export the page again.`)}let r=new DataView(n).getUint32(0,!0),i=JSON.parse(new TextDecoder().decode(new Uint8Array(n,4,r)));if(i.schema!==X)throw Error(`The voice is of another version (${i.schema}, not ${X}).`);return new e(i,i.arrays,n.slice(4+r))}array(e){let{kind:t,shape:n,at:r}=this.entry(e),i=n.reduce((e,t)=>e*t,1);if(t===`f32`)return new Float32Array(this.body,r,i);if(t===`tracks`)return this.rows(new Uint8Array(this.body,r,i),n,this.array(`${e}.range`));let a=new Float32Array(i);if(t===`f16`){let e=new Uint16Array(this.body,r,i);for(let t=0;t<i;t++)a[t]=we(e[t]);return a}let o=new Int8Array(this.body,r,i),s=this.array(`${e}.scale`),c=i/s.length;for(let e=0,t=0;e<s.length;e++)for(let n=t+c;t<n;t++)a[t]=s[e]*o[t];return a}length(e){return this.entry(e).shape[2]}shape(e){return this.entry(e).shape}get size(){return[...this.entries.values()].reduce((e,{shape:t})=>e+t.reduce((e,t)=>e*t,1),0)}entry(e){let t=this.entries.get(e);if(t===void 0)throw Error(`The voice in this page has no '${e}'. Export the page again.`);return t}rows(e,[,t,n],r){let i=r=>(e[r]|e[t*n+r]<<8)<<16>>16,a=new Float32Array(t*n);for(let e=0;e<t;e++){let o=r[2*e],s=(r[2*e+1]-o)/4095,c=0,l=0;for(let r=0;r<n;r++)c+=i(e*n+r),l+=c,a[r*t+e]=o+s*l}return a}};let Ce=Float32Array.from({length:32},(e,t)=>2**(Math.max(t,1)-25));function we(e){let t=e>>10&31,n=((e&1023)+(t>0?1024:0))*Ce[t];return e&32768?-n:n}let Z=null;function Q(e,t=[]){self.postMessage(e,t)}function $(e,t,n){if(Z===null)return;let r=performance.now(),{count:i,mouth:a,speaking:o}=n(Z);Q({kind:`said`,sound:e,last:t,count:i,mouth:a,speaking:o,tookMs:performance.now()-r},[a.buffer,o.buffer])}async function Te(e){e.kind===`voice`?(Z=new xe(await Se.of(e.packed),e.vectors),Q({kind:`ready`})):e.kind===`sound`?$(e.sound,!1,t=>t.push(e.samples)):e.kind===`flush`?$(e.sound,!0,e=>e.flush()):Z?.reset()}self.onmessage=e=>{Te(e.data).catch(e=>Q({kind:`failed`,message:e instanceof Error?e.message:String(e)}))}})();",Qp=typeof self<`u`&&self.Blob&&new Blob([`(self.URL || self.webkitURL).revokeObjectURL(self.location.href);`,Zp],{type:`text/javascript;charset=utf-8`});function $p(e){let t;try{if(t=Qp&&(self.URL||self.webkitURL).createObjectURL(Qp),!t)throw``;let n=new Worker(t,{name:e?.name});return n.addEventListener(`error`,()=>{(self.URL||self.webkitURL).revokeObjectURL(t)}),n}catch{return new Worker(`data:text/javascript;charset=utf-8,`+encodeURIComponent(Zp),{name:e?.name})}}var em=class e{worker;hz=16e3;rowsHz=25;latencyS;width;about;onRows=()=>{};onError=e=>console.error(e);stepMs=0;rows;life;rest;sound=0;told=0;ends=[];constructor(e,t){this.worker=t,this.about=e.header,this.latencyS=e.header.latency_s,this.rows=new Rp(e.header),this.width=this.rows.width,this.life=new Up(e,this.rows),this.rest=e.array(`mouth.rest`),t.onmessage=e=>this.heard(e.data),t.onerror=e=>this.onError(Error(e.message))}static async create(t,{vectors:n=!0}={}){let r=await Jp.of(t),i=new $p;return await new Promise((e,r)=>{i.onerror=e=>r(Error(`The speech engine did not start: ${e.message}`)),i.onmessage=({data:t})=>t.kind===`failed`?r(Error(t.message)):e();let a=t.slice(0);i.postMessage({kind:`voice`,packed:a,vectors:n},[a])}),new e(r,i)}push(e){let t=e.slice();this.send({kind:`sound`,samples:t,sound:this.sound},[t.buffer])}flush(){return this.send({kind:`flush`,sound:this.sound}),new Promise(e=>this.ends.push(e))}reset(){this.sound++,this.told=0,this.send({kind:`reset`})}idle(e){return this.made(e,null,null)}dispose(){this.worker.terminate();for(let e of this.ends.splice(0))e()}send(e,t=[]){this.worker.postMessage(e,t)}heard(e){if(e.kind===`failed`&&this.onError(Error(e.message)),e.kind!==`said`)return;let{count:t,mouth:n,speaking:r,sound:i,last:a}=e;if(i===this.sound&&t>0){this.stepMs=e.tookMs/t;let i=this.told;this.told+=t,this.onRows(this.made(t,n,r),t,i,r)}a&&(i===this.sound&&(this.told=0),this.ends.shift()?.())}made(e,t,n){let{rows:r,rest:i,width:a}=this,o=new Float32Array(e*a);for(let s=0;s<e;s++)this.life.step(n===null?0:n[s],o,s*a),r.writeMouth(t??i,t===null?0:s*i.length,o,s*a);return o}};window.lifemaskSpeech={SpeechEngine:em,decodeFile:Pp,openMicrophone:jp,Resampler:Ep};function $(e,t={},...n){let r=document.createElement(e);for(let[e,n]of Object.entries(t))n!=null&&n!==!1&&(typeof n==`function`?r.addEventListener(e.slice(2),n):e===`text`?r.textContent=String(n):r.setAttribute(e,n===!0?``:String(n)));return r.append(...n.filter(e=>e!=null)),r}var tm={pause:`M8.5 5v14M15.5 5v14`,play:`M7.5 4.8v14.4L19 12z`,microphone:`M12 3.5a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0v-5a3 3 0 0 1 3-3zM5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3`,file:`M4 14.5v4A1.5 1.5 0 0 0 5.5 20h13a1.5 1.5 0 0 0 1.5-1.5v-4M12 15.5V4M7.5 8.5 12 4l4.5 4.5`,record:`M12 5.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13z`,stop:`M7 7h10v10H7z`,background:`M4 5.5h16v13H4zM4 15.5l4.5-4.5 4 4 2.5-2.5 5 5M15.5 9h.01`,reset:`M4.5 12a7.5 7.5 0 1 0 2.4-5.5M4.5 4v4h4`,sun:`M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4`,moon:`M19.5 14.2A8 8 0 0 1 9.8 4.5a8 8 0 1 0 9.7 9.7z`,about:`M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM12 11v5.5M12 7.6h.01`,help:`M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM9.6 9.5a2.5 2.5 0 1 1 3.4 2.3c-.7.3-1 .8-1 1.5v.4M12 16.8h.01`,link:`M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1`,close:`M6 6l12 12M18 6 6 18`,chevron:`M8 10l4 4 4-4`,interrupt:`M7.5 8.5 4 12l3.5 3.5M4 12h10a6 6 0 0 1 6 6`,sliders:`M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5`},nm=`http://www.w3.org/2000/svg`;function rm(e){let t=document.createElementNS(nm,`svg`);return t.setAttribute(`viewBox`,`0 0 24 24`),t.setAttribute(`class`,`icon`),t.setAttribute(`aria-hidden`,`true`),t.append(document.createElementNS(nm,`path`)),im(t,e),t}function im(e,t){e.firstElementChild.setAttribute(`d`,tm[t])}function am(e,t,n,r,i={}){let a=$(`button`,{type:`button`,class:`button`,...i});return a.append(rm(e),$(`span`,{class:`label`,"aria-hidden":`true`})),a.addEventListener(`click`,e=>{e.detail>0&&a.blur(),r()}),om(a,e,t,n),a}function om(e,t,n,r){im(e.querySelector(`svg`),t),e.querySelector(`.label`).textContent=n,e.title=r,e.setAttribute(`aria-label`,r)}var sm=`lifemask-card-1`;function cm(e){let t=$(`div`,{class:`card`});if(e.schema!==sm)return t.append($(`p`,{text:`This card is of a kind that this page does not know:`}),$(`pre`,{text:JSON.stringify(e,null,2)})),t;let n=e,{metrics:r,use:i}=n;t.append(lm(n),mm(`Made`),hm(um(n))),t.append(mm(`Models and licences`),hm([...n.models.map(dm),fm(n)])),t.append(mm(`Held-out frames`),r===null?$(`p`,{text:`Not measured.`}):pm(r.held_out));for(let[e,r]of[[`Limits`,n.limits],[`Meant for`,i.intended],[`Not for`,i.not_for]])t.append(mm(e),$(`ul`,{},...r.map(e=>$(`li`,{text:e}))));return t}function lm({subject:e}){return e.consent.required?e.consent.given?$(`blockquote`,{},$(`p`,{text:e.consent.statement??``}),$(`footer`,{text:`The person shown`})):$(`p`,{class:`warning`,text:`No statement of consent by the person shown was given.`}):$(`p`,{text:`The subject is synthetic. There is nobody whose consent it would need.`})}function um(e){let t=e.inputs.map(e=>{let t=[e.duration_s===null?null:`${e.duration_s.toFixed(1)} s`,e.frames_used===null?null:`${e.frames_used} of ${e.frames} frames`];return[`From`,$(`span`,{},e.name,...t.map(e=>e&&` · ${e}`),$(`br`),gm(e.sha256))]});return e.created!==null&&t.push([`On`,e.created.slice(0,10)]),t.push([`With`,`${e.software.name} ${e.software.version}`]),t}function dm(e){return[`${e.name.replace(/_/g,` `)} ${e.version??``}`,$(`span`,{},e.licence,$(`br`),gm(e.sha256))]}function fm({rig:e}){return[`Head rig: ${e.name}`,$(`span`,{},e.licence??`—`,$(`br`),gm(e.hash))]}function pm(e){let t=$(`div`);for(let[n,r]of Object.entries(e)){let e=(e,t)=>$(`tr`,{},$(`th`,{scope:`row`,text:e.replace(/_/g,` `)}),...[t.psnr_db.toFixed(1),t.ssim.toFixed(3),t.lpips?.toFixed(3)??``].map(e=>$(`td`,{text:e}))),i=$(`tr`,{},...[``,`PSNR, dB`,`SSIM`,`LPIPS`].map(e=>$(`th`,{scope:`col`,text:e})));t.append($(`table`,{},$(`caption`,{text:`Motion ${n.replace(/_/g,` `)}, ${r.frames} frames`}),$(`thead`,{},i),$(`tbody`,{},e(`whole`,r.whole),...Object.entries(r.regions).map(([t,n])=>e(t,n)))))}return t}function mm(e){return $(`h3`,{text:e})}function hm(e){return $(`dl`,{},...e.flatMap(([e,t])=>[$(`dt`,{text:e}),$(`dd`,{},t)]))}function gm(e){return $(`code`,{title:`sha256 ${e}`,text:`${e.slice(0,16)}…`})}var _m=class{fill;element;body=$(`div`,{class:`dialog-body`,tabindex:0});constructor(e,t){this.fill=t;let n=$(`button`,{type:`button`,class:`button small`,"aria-label":`Close`,title:`Close`},rm(`close`));n.addEventListener(`click`,()=>this.element.close());let r=`d-${e}`.replace(/\W+/g,`-`);this.body.setAttribute(`role`,`document`),this.element=$(`dialog`,{"aria-labelledby":r},$(`header`,{},$(`h2`,{id:r,text:e}),n),this.body),this.element.addEventListener(`click`,e=>e.target===this.element&&this.element.close())}open(){if(this.element.open)return;this.body.replaceChildren();let e=this.fill(this.body);e&&this.element.addEventListener(`close`,e,{once:!0}),this.element.showModal(),this.body.scrollTop=0}};function vm(e){return $(`dl`,{class:`keys`},...e.flatMap(([e,t])=>[$(`dt`,{},...e.split(` `).map(e=>$(`kbd`,{text:e}))),$(`dd`,{text:t})]))}var ym=500;function bm(e,t){let{info:n}=e;return new _m(`About ${n.name}`,r=>{r.append($(`p`,{class:`lead`,text:`This is a synthetic person: a computed likeness, not a recording. Do not use it to make anyone believe otherwise.`})),n.card===null?r.append($(`p`,{class:`warning`,text:`This avatar carries no card: nothing is known of the consent of the person shown, or of its inputs.`})):r.append(cm(n.card));let i=$(`dl`);r.append($(`h3`,{text:`Drawing`}),i);let a=()=>{let r=e.stats(),a=e=>`${e.toFixed(1)} ms`,[o,s]=[e.canvas.width,e.canvas.height],c=[[`Frames a second`,r.fps.toFixed(0)],[`Motion to Gaussians`,a(r.engineMs)],[`Sorting`,a(r.sortMs)],[`Drawing`,a(r.drawMs)],[`Gaussians`,n.gaussians.toLocaleString(`en`)],[`Picture`,`${o} × ${s}`],...t()];i.replaceChildren(...c.flatMap(([e,t])=>[$(`dt`,{text:e}),$(`dd`,{text:t})]))};a();let o=setInterval(a,ym);return()=>clearInterval(o)})}function xm(e,t){let n=$(`div`,{class:`veil`,hidden:!0,"aria-hidden":`true`},$(`p`,{text:e})),r=e=>e.dataTransfer?.types.includes(`Files`)??!1,i=0;return window.addEventListener(`dragenter`,e=>{r(e)&&(i++,n.hidden=!1)}),window.addEventListener(`dragleave`,()=>{i=Math.max(0,i-1),n.hidden=i===0}),window.addEventListener(`dragover`,e=>r(e)&&e.preventDefault()),window.addEventListener(`drop`,e=>{if(!r(e))return;e.preventDefault(),i=0,n.hidden=!0;let a=e.dataTransfer?.files[0];a!==void 0&&t(a)}),n}var Sm=[0,-.06,-.08];function Cm(e,t){let n=n=>[e[t+n],e[t+4+n],e[t+8+n]],r=(n,r)=>r.forEach((r,i)=>e[t+4*i+n]=r),i=e=>e.map(t=>t/Math.hypot(...e)),a=i(n(0)),o=n(1),s=a[0]*o[0]+a[1]*o[1]+a[2]*o[2],c=i(o.map((e,t)=>e-s*a[t]));r(0,a),r(1,c),r(2,[a[1]*c[2]-a[2]*c[1],a[2]*c[0]-a[0]*c[2],a[0]*c[1]-a[1]*c[0]])}function wm(e,t,n,r,i){for(let a=0;a<e.width;a++)i[a]=t[a]+r*(n[a]-t[a]);r>0&&r<1&&(Cm(i,e.offsets.head),Cm(i,e.offsets.torso))}function Tm(e,t,n){let{head:r,torso:i,torsoModes:a}=e.offsets;n.set(t.subarray(r,r+12),r),n.set(t.subarray(i,i+12),i),n.set(t.subarray(a,a+e.torsoModes),a)}function Em(e,t,n,r,i){if(n===0&&r===0&&i===0)return;let a=Om(Dm(1,n),Om(Dm(0,-r),Dm(2,-i))),o=e.offsets.head;for(let e=0;e<3;e++){let n=[t[o+4*e],t[o+4*e+1],t[o+4*e+2]],r=t[o+4*e+3];for(let i=0;i<3;i++){let s=n[0]*a[i]+n[1]*a[3+i]+n[2]*a[6+i];r+=(n[i]-s)*Sm[i],t[o+4*e+i]=s}t[o+4*e+3]=r}}function Dm(e,t){let n=[1,0,0,0,1,0,0,0,1],[r,i]=[(e+1)%3,(e+2)%3];return n[4*r]=n[4*i]=Math.cos(t),n[3*r+i]=-Math.sin(t),n[3*i+r]=Math.sin(t),n}function Om(e,t){return Array.from({length:9},(n,r)=>{let[i,a]=[3*Math.floor(r/3),r%3];return e[i]*t[a]+e[i+1]*t[3+a]+e[i+2]*t[6+a]})}var km=.045,Am=1e-4,jm=1.4,Mm=`gaze yaw`,Nm=`gaze pitch`,Pm=`head yaw`,Fm=`head pitch`,Im=`head roll`,Lm=class{info;wanted=new Map;reached=new Map;place;constructor(e){this.info=e,this.place=new Map(e.layout.expressionNames.map((t,n)=>[t,e.layout.offsets.expression+n]))}set(e,t){this.wanted.set(e,t)}get(e){return this.wanted.get(e)??0}clear(){for(let e of this.wanted.keys())this.wanted.set(e,0)}apply(e,t){let n=.5**(t/km);for(let[t,r]of this.wanted){let i=this.reached.get(t)??0,a=Math.abs(i-r)<Am?r:r+(i-r)*n;this.reached.set(t,a);let o=this.place.get(t);o!==void 0&&a!==0&&(e[o]=e[o]+a*(1-Math.min(e[o],1)))}this.look(e,this.reached.get(`gaze yaw`)??0,this.reached.get(`gaze pitch`)??0);let r=e=>this.reached.get(e)??0;Em(this.info.layout,e,r(Pm),r(Fm),r(Im))}look(e,t,n){if(t===0&&n===0)return;let{eyes:r}=this.info.layout.offsets;for(let i of[0,2])e[r+i]=e[r+i]+t,e[r+i+1]=e[r+i+1]+n;let i=(t,n)=>{let r=this.place.get(t);r!==void 0&&(e[r]=Math.min(1,Math.max(0,e[r]+jm*n)))};for(let e of[`Left`,`Right`])i(`eyeLookUp${e}`,n),i(`eyeLookDown${e}`,-n);i(`eyeLookOutLeft`,t),i(`eyeLookInLeft`,-t),i(`eyeLookInRight`,t),i(`eyeLookOutRight`,-t)}};function Rm(e){document.addEventListener(`keydown`,t=>{if(t.ctrlKey||t.metaKey||t.altKey||t.defaultPrevented)return;let n=t.target instanceof Element?t.target:document.body;n.closest(`dialog[open]`)===null&&(zm(n,t.key)||e(t.key.length===1?t.key.toLowerCase():t.key)&&t.preventDefault())})}function zm(e,t){return e instanceof HTMLSelectElement||e instanceof HTMLTextAreaElement?!0:e instanceof HTMLInputElement?e.type===`range`?t.startsWith(`Arrow`):e.type===`radio`?t.startsWith(`Arrow`)||t===` `:e.type!==`checkbox`&&e.type!==`color`||t===` `||t===`Enter`:e instanceof HTMLButtonElement&&(t===` `||t===`Enter`)}var Bm=4e3,Vm=12e3,Hm=class{element=$(`div`,{class:`messages`});polite=$(`div`,{role:`status`,"aria-live":`polite`});alert=$(`div`,{role:`alert`,"aria-live":`assertive`});constructor(){this.element.append(this.polite,this.alert)}say(e){this.show(this.polite,e,`message`,Bm)}fail(e){this.show(this.alert,e,`message bad`,Vm)}show(e,t,n,r){let i=$(`button`,{type:`button`,class:`message-close`,"aria-label":`Dismiss`,text:`×`}),a=$(`div`,{class:n},$(`span`,{text:t}),i),o=()=>a.remove();i.addEventListener(`click`,o),setTimeout(o,r),e.replaceChildren(a)}},Um=[[`Brows`,[`brow`]],[`Eyes`,[`eye`]],[`Jaw`,[`jaw`]],[`Mouth`,[`mouth`]],[`Cheeks and nose`,[`cheek`,`nose`]],[`Tongue`,[`tongue`]]],Wm=`Other`;function Gm(e){let t=Um.map(([t,n])=>({title:t,names:e.filter(e=>n.some(t=>e.startsWith(t)))})),n=new Set(t.flatMap(e=>e.names)),r={title:Wm,names:e.filter(e=>!n.has(e))};return[...t,r].filter(e=>e.names.length>0)}function Km(e,t){let n=/(Left|Right)$/.exec(e)?.[1];if(n===void 0)return null;let r=e.slice(0,-n.length)+(n===`Left`?`Right`:`Left`);return e.startsWith(`eyeLookIn`)?r=r.replace(`LookIn`,`LookOut`):e.startsWith(`eyeLookOut`)&&(r=r.replace(`LookOut`,`LookIn`)),/^(jaw|mouth)(Left|Right)$/.test(e)||!t.includes(r)?null:r}function qm(e,t){if(t&&e.startsWith(`eyeLookOut`))return e.endsWith(`Left`)?`Look left`:`Look right`;if(t&&e.startsWith(`eyeLookIn`))return e.endsWith(`Left`)?`Look right`:`Look left`;let n=e.replace(/([A-Z])/g,` $1`).toLowerCase().split(/[\s_]+/).filter(e=>e.length>0);n.length>1&&[`brow`,`eye`,`jaw`,`mouth`,`tongue`].includes(n[0])&&n.shift();let r=n.at(-1),i=n.join(` `);return n.length>1&&(r===`left`||r===`right`)&&(i=n.slice(0,-1).join(` `)+(t?``:`, ${r}`)),i.charAt(0).toUpperCase()+i.slice(1)}var Jm=class{element;dot=$(`div`,{class:`pad-dot`});constructor(e){this.element=$(`div`,{class:`pad`,"aria-hidden":`true`,title:`Drag to turn the eyes`},this.dot);let t=t=>{let n=this.element.getBoundingClientRect(),r=(e,t,n)=>Math.min(1,Math.max(-1,2*(e-t)/n-1));e(r(t.clientX,n.left,n.width),-r(t.clientY,n.top,n.height))};this.element.addEventListener(`pointerdown`,e=>{this.element.setPointerCapture(e.pointerId),t(e)}),this.element.addEventListener(`pointermove`,e=>{this.element.hasPointerCapture(e.pointerId)&&t(e)}),this.element.addEventListener(`dblclick`,()=>e(0,0)),this.show(0,0)}show(e,t){this.dot.style.left=`${50+50*e}%`,this.dot.style.top=`${50-50*t}%`}},Ym=class{title;element;sliders=[];fold;resetButton;body;open;constructor(e,t){this.title=e;let n=`g-${e}`.replace(/\W+/g,`-`);this.open=t,this.body=$(`div`,{class:`group-body`,id:n}),this.fold=$(`button`,{type:`button`,class:`fold`,"aria-controls":n},rm(`chevron`),e),this.fold.addEventListener(`click`,()=>{this.open=!this.open,this.unfold(this.open)}),this.resetButton=$(`button`,{type:`button`,class:`quiet`,"aria-label":`Reset ${e.toLowerCase()}`,text:`Reset`}),this.resetButton.addEventListener(`click`,()=>{this.reset(),this.fold.focus()});let r=$(`h2`,{class:`group-head`},this.fold);this.element=$(`section`,{class:`group`,"aria-label":e},$(`div`,{class:`group-top`},r,this.resetButton),this.body),this.unfold(t),this.update()}add(...e){for(let t of e)t instanceof HTMLElement?this.body.append(t):(this.sliders.push(t),this.body.append(t.element))}reset(){for(let e of this.sliders)e.change(0);this.update()}update(){this.resetButton.hidden=this.sliders.every(e=>e.value===0)}filter(e,t){let n=0;for(let r of this.sliders){let i=!t(r)&&(e===null||e(r));r.element.hidden=!i,i&&n++}for(let t of this.body.children)t.classList.contains(`slider`)||(t.hidden=e!==null);return this.unfold(e!==null||this.open),this.element.hidden=e!==null&&n===0,n}unfold(e){this.fold.setAttribute(`aria-expanded`,String(e)),this.body.hidden=!e}},Xm=class{options;element;input;shown;constructor(e){this.options=e;let{label:t,title:n,min:r,max:i,step:a}=e,o=`s-${t}-${n??``}`.replace(/\W+/g,`-`);this.input=$(`input`,{type:`range`,id:o,min:r,max:i,step:a,value:0}),this.shown=$(`output`,{for:o,"aria-hidden":`true`}),this.element=$(`div`,{class:`slider`,title:n},$(`label`,{for:o,text:t}),this.shown,this.input),this.input.addEventListener(`input`,()=>{this.show(),e.oninput(this.value)}),this.input.addEventListener(`dblclick`,()=>this.change(0)),this.show()}get value(){return Number(this.input.value)}set value(e){this.input.value=String(e),this.show()}change(e){this.value=e,this.options.oninput(this.value)}show(){let{min:e,max:t,say:n}=this.options,r=n=>`${100*(n-e)/(t-e)}%`;this.input.style.setProperty(`--from`,r(Math.min(0,this.value))),this.input.style.setProperty(`--to`,r(Math.max(0,this.value))),this.shown.value=n(this.value),this.input.setAttribute(`aria-valuetext`,n(this.value)),this.element.classList.toggle(`moved`,this.value!==0)}},Zm=Math.PI/180,Qm={yaw:25,pitch:18},$m=12,eh=6,th=class{info;hand;element;groups=[];byName=new Map;names=new Map;search;link;nothing=$(`p`,{class:`nothing`,role:`status`,hidden:!0});constructor(e,t,n){this.info=e,this.hand=t,this.search=$(`input`,{type:`search`,placeholder:`Find a slider`,"aria-label":`Find a slider`,autocomplete:`off`,spellcheck:`false`}),this.search.addEventListener(`input`,()=>this.filter()),this.search.addEventListener(`keydown`,e=>{e.key===`Escape`&&this.search.value!==``&&(this.search.value=``,this.filter(),e.stopPropagation())});let r=`Move left and right together`;this.link=$(`button`,{type:`button`,class:`button small`,"aria-pressed":`true`,"aria-label":r,title:r},rm(`link`)),this.link.addEventListener(`click`,()=>this.setLinked(!this.linked));let i=$(`button`,{type:`button`,class:`button small text`,"aria-label":`Reset all sliders`,text:`Reset all`});i.addEventListener(`click`,()=>this.resetAll());let a=$(`div`,{class:`panel-tools`},this.search,this.link,i),o=$(`div`,{class:`groups`});this.groups.push(this.headAndGaze());for(let t of Gm(e.layout.expressionNames)){let e=new Ym(t.title,t.title===`Mouth`);for(let n of t.names)e.add(this.weight(n));this.groups.push(e)}o.append(...this.groups.map(e=>e.element),this.nothing,n),this.element=$(`div`,{class:`panel-inner`},a,o),this.filter()}get linked(){return this.link.getAttribute(`aria-pressed`)===`true`}setLinked(e){this.link.setAttribute(`aria-pressed`,String(e));for(let[t,n]of this.byName){let r=Km(t,this.info.layout.expressionNames);r!==null&&(n.element.querySelector(`label`).textContent=qm(t,e),e&&this.isFirst(t)&&this.byName.get(r).change(n.value))}this.filter()}resetAll(){for(let e of this.groups)e.reset()}isFirst(e){return e.endsWith(`Left`)}weight(e){let t=Km(e,this.info.layout.expressionNames),n=new Xm({label:qm(e,t!==null),title:e,min:0,max:1,step:.01,say:e=>e.toFixed(2),oninput:n=>{this.hand.set(e,n);let r=t===null?void 0:this.byName.get(t);r!==void 0&&this.linked&&this.isFirst(e)&&r.change(n),this.update()}});return this.byName.set(e,n),this.names.set(n,e),n}headAndGaze(){let e=new Ym(`Head and gaze`,!0),t=e=>`${e>0?`+`:``}${Math.round(e)}°`,n=(e,n,r,i,a=()=>{})=>{let o=new Xm({label:n,title:e,min:r,max:i,step:.5,say:t,oninput:t=>{this.hand.set(e,t*Zm),a(),this.update()}});return this.names.set(o,e),o},r=new Jm((e,t)=>{a.change(e*Qm.yaw),o.change(t*Qm.pitch)}),i=()=>r.show(a.value/Qm.yaw,o.value/Qm.pitch),a=n(Mm,`Eyes, sideways`,-Qm.yaw,Qm.yaw,()=>i()),o=n(Nm,`Eyes, up and down`,-Qm.pitch,Qm.pitch,()=>i()),s=([e,t])=>[Math.min(-6,Math.floor(e/Zm)),Math.max(eh,Math.ceil(t/Zm))],{yaw:c,pitch:l}=this.info.filmed;return e.add(r.element,a,o,n(Pm,`Head, turn`,...s(c)),n(Fm,`Head, nod`,...s(l)),n(Im,`Head, tilt`,-12,$m)),e}update(){for(let e of this.groups)e.update()}filter(){let e=this.search.value.toLowerCase().split(/\s+/).filter(e=>e!==``),t=t=>{let n=t.element.querySelector(`label`).textContent.toLowerCase();return e.every(e=>n.includes(e))||this.names.get(t).toLowerCase().includes(e.join(``))},n=e=>{let t=this.names.get(e);return this.linked&&!this.isFirst(t)&&Km(t,this.info.layout.expressionNames)!==null},r=0;for(let i of this.groups)r+=i.filter(e.length>0?t:null,n);this.nothing.hidden=r>0,this.nothing.textContent=`No slider is called “${this.search.value}”.`}},nh=30,rh=4,ih=25e5,ah=1e3,oh=3e3,sh=[`video/webm;codecs=vp8,opus`,`video/webm;codecs=vp9,opus`,`video/webm`,`video/mp4`],ch=class{canvas;avatarName;redraw;recorder=null;pieces=[];copy=null;startedMs=0;constructor(e,t,n){this.canvas=e,this.avatarName=t,this.redraw=n}get running(){return this.recorder!==null}get seconds(){return this.running?(performance.now()-this.startedMs)/1e3:0}async start(e,t){let n=typeof MediaRecorder>`u`?void 0:sh.find(e=>MediaRecorder.isTypeSupported(e));if(n===void 0||this.canvas.captureStream===void 0)throw Error(`This browser cannot record. Try a current Chrome, Edge, Firefox or Safari.`);let r=this.canvas.captureStream(nh);if(t){let e=lh.of(r,this.canvas);this.redraw(),this.copy=await e,r=this.copy.stream}else this.redraw();let{width:i,height:a}=this.canvas;this.pieces=[],this.recorder=new MediaRecorder(new MediaStream([...r.getVideoTracks(),...e.getAudioTracks()]),{mimeType:n,videoBitsPerSecond:Math.max(ih,i*a*rh)}),this.recorder.ondataavailable=e=>e.data.size>0&&this.pieces.push(e.data),this.recorder.start(ah),this.startedMs=performance.now()}async stop(){let e=this.recorder;this.recorder=null,await new Promise((t,n)=>{e.onstop=()=>t(),e.onerror=()=>n(Error(`The browser stopped recording. Try again, with a smaller window.`)),e.stop()}),this.copy?.stop(),this.copy=null;let t=e.mimeType.split(`;`)[0],n=new Blob(this.pieces,{type:t});if(this.pieces=[],n.size===0)throw Error(`The recording is empty: the browser gave no pictures. Keep the page in view.`);let r=new Date().toISOString().slice(0,19).replace(/:/g,`-`);return{blob:n,fileName:`${this.avatarName.replace(/[^\p{L}\p{N}-]+/gu,`-`).replace(/^-+|-+$/g,``)||`avatar`}-synthetic-${r}.${t===`video/mp4`?`mp4`:`webm`}`}}},lh=class e{video;source;like;stream;running=!0;constructor(e,t,n){this.video=e,this.source=t,this.like=n;let r=document.createElement(`canvas`),i=r.getContext(`2d`),a=()=>{this.running&&((r.width!==this.like.width||r.height!==this.like.height)&&([r.width,r.height]=[this.like.width,this.like.height]),i.clearRect(0,0,r.width,r.height),i.drawImage(this.video,0,0,r.width,r.height),uh(i),requestAnimationFrame(a))};a(),this.stream=r.captureStream(nh)}static async of(t,n){let r=document.createElement(`video`);return r.muted=r.playsInline=!0,r.srcObject=t,await Promise.race([r.play(),new Promise(e=>setTimeout(e,oh))]),new e(r,t,n)}stop(){this.running=!1,this.video.srcObject=null;for(let e of[...this.source.getTracks(),...this.stream.getTracks()])e.stop()}};function uh(e){let{width:t,height:n}=e.canvas,r=Math.max(11,Math.round(Math.min(t,n)*.026)),[i,a]=[Math.round(r*.55),Math.round(r*.9)],o=`Synthetic`;e.font=`600 ${r}px system-ui, sans-serif`,e.textBaseline=`middle`;let s=[e.measureText(o).width+2*i,r+1.2*i],[c,l]=[t-a-s[0],n-a-s[1]];e.fillStyle=`rgba(0, 0, 0, 0.55)`,e.beginPath(),e.roundRect(c,l,s[0],s[1],s[1]/2),e.fill(),e.fillStyle=`rgba(255, 255, 255, 0.92)`,e.fillText(o,c+i,l+s[1]/2+1)}var dh=[[`plate`,`Filmed`],[`none`,`None`],[`colour`,`Colour`]],fh=class{onbackground;group=new Ym(`View and recording`,!0);radios=new Map;colour;mark;constructor(e){this.onbackground=e;let t=dh.map(([e,t])=>{let n=$(`input`,{type:`radio`,name:`background`,value:e,checked:e===`plate`});return n.addEventListener(`change`,()=>this.tell()),this.radios.set(e,n),$(`label`,{},n,$(`span`,{text:t}))});this.colour=$(`input`,{type:`color`,value:`#5b6b7f`,"aria-label":`Background colour`,title:`Background colour`}),this.colour.addEventListener(`input`,()=>{this.radios.get(`colour`).checked=!0,this.tell()}),this.mark=$(`input`,{type:`checkbox`,checked:!0}),this.group.add($(`div`,{class:`setting`},$(`span`,{class:`name`,id:`background-name`,text:`Background`}),$(`div`,{class:`segments`,role:`radiogroup`,"aria-labelledby":`background-name`},...t),this.colour),$(`label`,{class:`setting check`},this.mark,$(`span`,{text:`Burn “Synthetic” into recordings`})))}get marked(){return this.mark.checked}nextBackground(){let e=dh.map(([e])=>e),t=e.findIndex(e=>this.radios.get(e).checked);this.radios.get(e[(t+1)%e.length]).checked=!0,this.tell()}tell(){let e=dh.map(([e])=>e).find(e=>this.radios.get(e).checked);e===`colour`?this.onbackground(this.colour.value,`Background: a plain colour`):this.onbackground(e,e===`plate`?`Background: as filmed`:`Background: none`)}},ph=class{driver;element;name=$(`span`,{class:`sound-name`});time=$(`span`,{class:`sound-time`});meter=$(`progress`,{max:1,value:0});constructor(e){this.driver=e;let t=$(`button`,{type:`button`,class:`button small`,"aria-label":`Stop the sound`,title:`Stop`},rm(`stop`));t.addEventListener(`click`,()=>e.stop()),this.element=$(`div`,{class:`sound`,hidden:!0},this.name,this.meter,this.time,t)}update(){let{hearing:e,progress:t}=this.driver;this.element.hidden=e===`nothing`,t===null?e===`microphone`&&this.show(`Microphone`,this.driver.level,``,`Loudness`):this.show(t.name,t.atS/Math.max(t.lengthS,.01),`${mh(t.atS)} / ${mh(t.lengthS)}`,`Played`),this.element.classList.toggle(`level`,e===`microphone`)}show(e,t,n,r){this.name.textContent!==e&&(this.name.textContent=e),this.time.textContent!==n&&(this.time.textContent=n),this.meter.value=t,this.meter.getAttribute(`aria-label`)!==r&&this.meter.setAttribute(`aria-label`,r)}};function mh(e){let t=Math.floor(e);return`${Math.floor(t/60)}:${String(t%60).padStart(2,`0`)}`}var hh=1.2,gh=.035,_h=1.08,vh=.0015,yh=.05,bh=1e-4,xh=class{view;frame;element;want={yaw:0,pitch:0,zoom:1};now={yaw:0,pitch:0,zoom:1};pointers=new Map;constructor(e,t){this.view=e,this.frame=t;let[n,r]=e.info.camera.size;t.classList.add(`frame`),t.style.setProperty(`--aspect`,String(n/r)),t.tabIndex=0,t.setAttribute(`role`,`application`),t.setAttribute(`aria-roledescription`,`avatar`),t.setAttribute(`aria-label`,`${e.info.name}. Arrow keys turn the view, plus and minus zoom, 0 resets it.`),this.element=$(`div`,{class:`stage`},t),t.addEventListener(`pointerdown`,e=>this.press(e)),t.addEventListener(`pointermove`,e=>this.drag(e));for(let e of[`pointerup`,`pointercancel`])t.addEventListener(e,e=>{this.pointers.delete(e.pointerId),t.classList.toggle(`dragged`,this.pointers.size>0)});t.addEventListener(`wheel`,e=>this.wheel(e),{passive:!1}),t.addEventListener(`dblclick`,()=>this.reset())}setBackground(e){this.view.setBackground(e),this.frame.classList.toggle(`see-through`,e===`none`)}reset(){this.want={yaw:0,pitch:0,zoom:1}}key(e){let t={ArrowLeft:[-.035,0],ArrowRight:[gh,0],ArrowUp:[0,gh],ArrowDown:[0,-.035]}[e];if(t!==void 0)this.turn(...t);else if(e===`+`||e===`=`)this.zoom(_h);else if(e===`-`)this.zoom(1/_h);else return!1;return!0}next(e){let t=.5**(e/yh),n=!1;for(let e of[`yaw`,`pitch`,`zoom`]){if(this.now[e]===this.want[e])continue;let r=(this.now[e]-this.want[e])*t;this.now[e]=this.want[e]+(Math.abs(r)<bh?0:r),n=!0}if(!n)return;let{yaw:r,pitch:i,zoom:a}=this.now;if(r===0&&i===0&&a===1)return this.view.resetOrbit();let o=this.view.setOrbit(r,i,a);for(let e of[`yaw`,`pitch`,`zoom`])Math.abs(o[e]-this.now[e])>bh&&(this.now[e]=this.want[e]=o[e])}turn(e,t){this.want.yaw+=e,this.want.pitch+=t}zoom(e){this.want.zoom*=e}press(e){this.frame.setPointerCapture(e.pointerId),this.pointers.set(e.pointerId,{x:e.clientX,y:e.clientY}),this.frame.classList.add(`dragged`)}drag(e){let t=this.pointers.get(e.pointerId);if(t===void 0)return;let n=()=>{let[e,t]=[...this.pointers.values()];return Math.hypot(e.x-t.x,e.y-t.y)},r=this.pointers.size===2?n():0,[i,a]=[e.clientX-t.x,e.clientY-t.y];if(t.x=e.clientX,t.y=e.clientY,this.pointers.size===2)r>0&&this.zoom(n()/r);else{let e=this.frame.clientWidth;this.turn(i/e*hh,-a/e*hh)}}wheel(e){e.preventDefault();let t=e.deltaMode===WheelEvent.DOM_DELTA_LINE?30:1;this.zoom(Math.exp(-e.deltaY*t*vh))}},Sh=`:root{--lightningcss-light:initial;--lightningcss-dark: ;color-scheme:light;--ground:#f3f2ef;--surface:#fbfaf8;--raised:#fff;--ink:#1d2125;--muted:#5f6872;--line:#1820281f;--hover:#1820280f;--track:#18202824;--accent:#0d766e;--on-accent:#fff;--bad:#b3261e;--shadow:0 1px 2px #141c240f, 0 8px 28px #141c241a;--radius:14px;--target:36px;--font:system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif}:root[data-theme=dark]{--lightningcss-light: ;--lightningcss-dark:initial;color-scheme:dark;--ground:#0f1214;--surface:#15191c;--raised:#1d2226;--ink:#e9ecee;--muted:#98a2ab;--line:#ffffff17;--hover:#ffffff12;--track:#ffffff26;--accent:#55c2b3;--on-accent:#08211e;--bad:#ff8a80;--shadow:0 1px 2px #0000004d, 0 10px 32px #0006}*,:before,:after{box-sizing:border-box}[hidden]{display:none!important}html,body{background:var(--ground);height:100%;color:var(--ink);font:14px/1.45 var(--font);-webkit-text-size-adjust:100%;margin:0;overflow:hidden}h1,h2,h3,p,dl,dd,ul{font:inherit;margin:0;padding:0}button,input{font:inherit;color:inherit}:focus-visible{outline:2px solid var(--accent);outline-offset:2px}.away{opacity:0;position:fixed;left:-100vw}.icon{fill:none;stroke:currentColor;stroke-width:1.6px;stroke-linecap:round;stroke-linejoin:round;flex:none;width:20px;height:20px}.button{min-width:var(--target);min-height:var(--target);color:var(--ink);cursor:pointer;background:0 0;border:0;border-radius:10px;justify-content:center;align-items:center;gap:8px;padding:0 12px;transition:background .15s;display:inline-flex}.button:hover{background:var(--hover)}.button.small,.top .button{padding:0 8px}.button.text,.quiet{color:var(--muted);white-space:nowrap}.button[aria-pressed=true]{color:var(--accent)}.button.on{background:var(--accent);color:var(--on-accent)}.button.record.on{background:var(--bad);color:var(--ground)}.bar{border:1px solid var(--line);border-radius:var(--radius);background:var(--raised);max-width:100%;box-shadow:var(--shadow);justify-self:center;padding:5px;display:flex}.bar .label{font-variant-numeric:tabular-nums}.record:not(.on) .icon{color:var(--bad);fill:var(--bad)}@media (prefers-reduced-motion:reduce){*,:before,:after{transition:none!important;animation:none!important}}
.desk{grid-template:"top panel""main panel"minmax(0,1fr)/minmax(0,1fr) 332px;height:100dvh;display:grid}.top{grid-area:top;align-items:center;gap:4px;min-height:60px;padding:10px 16px 10px 24px;display:flex}.top h1{letter-spacing:-.01em;text-overflow:ellipsis;white-space:nowrap;font-size:17px;font-weight:600;overflow:hidden}.top .space{flex:1}.top .button .label{display:none}.top select{max-width:200px;min-height:var(--target);border:1px solid var(--line);background:var(--raised);color:inherit;font:inherit;border-radius:10px;margin-left:8px;padding:0 8px}.chip{border:1px solid var(--line);color:var(--muted);border-radius:99px;flex:none;margin:0 8px;padding:2px 9px;font-size:12px}.scene{grid-area:main;grid-template-rows:minmax(0,1fr) auto auto;gap:14px;min-width:0;padding:0 24px 22px;display:grid;position:relative}.stage{place-items:center;min-height:0;display:grid;container-type:size}.stage>:is(#lifemask-stage,.frame){width:min(100cqw, 100cqh * var(--aspect));height:auto;aspect-ratio:var(--aspect);border-radius:var(--radius);background:var(--surface);box-shadow:var(--shadow);cursor:grab;touch-action:none;-webkit-user-select:none;user-select:none;position:relative;overflow:hidden}.frame.dragged{cursor:grabbing}.frame.see-through{box-shadow:none;background:0 0}.frame canvas{display:block;position:absolute}.sound{border:1px solid var(--line);border-radius:var(--radius);background:var(--raised);grid-template-columns:minmax(0,auto) minmax(80px,220px) auto auto;justify-self:center;align-items:center;gap:12px;max-width:100%;padding:3px 6px 3px 16px;display:grid}.sound-name{text-overflow:ellipsis;white-space:nowrap;overflow:hidden}.sound-time{color:var(--muted);font-variant-numeric:tabular-nums}progress{appearance:none;background:var(--track);border:0;border-radius:9px;width:100%;height:5px;overflow:hidden}progress::-webkit-progress-bar{background:0 0}progress::-webkit-progress-value{background:var(--accent);border-radius:9px}progress::-moz-progress-bar{background:var(--accent);border-radius:9px}
.panel{border-left:1px solid var(--line);background:var(--surface);grid-area:panel;min-height:0}.panel-inner{grid-template:auto minmax(0,1fr)/minmax(0,1fr);height:100%;display:grid}.panel-tools{border-bottom:1px solid var(--line);align-items:center;gap:4px;min-height:60px;padding:10px 12px 10px 20px;display:flex}input[type=search]{min-width:0;height:var(--target);border:1px solid var(--line);background:var(--raised);appearance:none;border-radius:10px;flex:1;padding:0 12px}input::placeholder{color:var(--muted);opacity:1}.groups{overscroll-behavior:contain;scrollbar-width:thin;scrollbar-color:var(--track) transparent;padding:6px 20px 24px;overflow:hidden auto}.group~:is(.group,.nothing){border-top:1px solid var(--line)}.group-top{justify-content:space-between;align-items:center;display:flex}.group-head{flex:1}.fold,.quiet{cursor:pointer;background:0 0;border:0;border-radius:8px;align-items:center;min-height:44px;display:flex}.fold{gap:6px;width:100%;padding:0 0 0 2px;font-weight:600}.fold .icon{width:18px;color:var(--muted);margin-left:-4px;transition:transform .15s}.fold[aria-expanded=false] .icon{transform:rotate(-90deg)}.quiet{margin-right:-8px;padding:0 8px;font-size:13px}.quiet:hover{color:var(--ink)}.group-body{padding:2px 0 16px}.slider{grid-template-columns:1fr auto;padding:3px 0;display:grid}.slider label{color:var(--muted)}.slider output{color:var(--muted);font-variant-numeric:tabular-nums;opacity:.75;font-size:13px}.slider.moved :is(label,output){color:var(--ink);opacity:1}.slider input{grid-column:1/-1}input[type=range]{appearance:none;cursor:pointer;touch-action:pan-y;--rail:linear-gradient(90deg, var(--track) var(--from), var(--accent) var(--from) var(--to), var(--track) var(--to));background:0 0;border-radius:8px;width:100%;height:24px;margin:0}input[type=range]::-webkit-slider-runnable-track{background:var(--rail);border-radius:4px;height:4px}input[type=range]::-moz-range-track{background:var(--rail);border-radius:4px;height:4px}input[type=range]::-webkit-slider-thumb{appearance:none;border:2px solid var(--accent);background:var(--raised);border-radius:50%;width:16px;height:16px;margin-top:-6px}input[type=range]::-moz-range-thumb{border:2px solid var(--accent);background:var(--raised);border-radius:50%;width:12px;height:12px}.pad{border:1px solid var(--line);background:linear-gradient(var(--line) 0 0) 50% / 1px 100% no-repeat, linear-gradient(var(--line) 0 0) 50% / 100% 1px no-repeat, var(--raised);cursor:crosshair;touch-action:none;border-radius:12px;height:128px;margin:2px 0 10px;position:relative}.pad-dot{background:var(--accent);pointer-events:none;border-radius:50%;width:18px;height:18px;margin:-9px;position:absolute}.nothing{color:var(--muted);padding:24px 0}.setting{flex-wrap:wrap;align-items:center;gap:10px;min-height:40px;display:flex}.setting .name{color:var(--muted);flex-basis:100%}.check{cursor:pointer;margin-top:6px}input[type=checkbox]{width:18px;height:18px;accent-color:var(--accent);margin:0}.segments{background:var(--hover);border-radius:10px;flex:1;grid-auto-columns:1fr;grid-auto-flow:column;padding:3px;display:grid}.segments label{cursor:pointer;text-align:center;position:relative}.segments input{opacity:0;cursor:pointer;margin:0;position:absolute;inset:0}.segments span{color:var(--muted);border-radius:8px;padding:5px 8px;display:block}.segments input:checked+span{background:var(--raised);color:var(--ink);box-shadow:0 1px 3px #00000029}.segments input:focus-visible+span{outline:2px solid var(--accent)}input[type=color]{width:var(--target);height:var(--target);border:1px solid var(--line);cursor:pointer;background:0 0;border-radius:10px;padding:0;overflow:hidden}input[type=color]::-webkit-color-swatch-wrapper{padding:0}input[type=color]::-webkit-color-swatch{border:0}
.messages{pointer-events:none;justify-items:center;gap:8px;padding:0 24px;display:grid;position:absolute;inset:10px 0 auto}.message{background:var(--ink);max-width:480px;color:var(--ground);box-shadow:var(--shadow);pointer-events:auto;border-radius:12px;align-items:center;gap:6px;padding:6px 6px 6px 18px;animation:.2s rise;display:flex}.message.bad{border-left:4px solid var(--bad)}.message-close{cursor:pointer;background:0 0;border:0;border-radius:8px;min-width:36px;min-height:36px;font-size:20px;line-height:1}@keyframes rise{0%{opacity:0;transform:translateY(-6px)}}.veil{z-index:5;border:2px dashed var(--accent);background:color-mix(in srgb, var(--ground) 82%, transparent);pointer-events:none;border-radius:20px;place-items:center;font-size:20px;display:grid;position:fixed;inset:14px}dialog{border:1px solid var(--line);background:var(--raised);width:min(560px,100vw - 32px);max-height:min(720px,100dvh - 32px);color:var(--ink);box-shadow:var(--shadow);border-radius:18px;padding:0;overflow:hidden}dialog[open]{grid-template-rows:auto minmax(0,1fr);display:grid}dialog::backdrop{background:#00000073}dialog header{justify-content:space-between;align-items:center;padding:14px 14px 10px 24px;display:flex}dialog header h2{font-size:17px;font-weight:600}.dialog-body{outline-offset:-4px;padding:4px 24px 24px;overflow:auto}.dialog-body p{color:var(--muted);margin-bottom:12px}.dialog-body .lead{color:var(--ink)}.dialog-body .warning{background:var(--hover);color:var(--ink);border-radius:10px;padding:10px 14px}.dialog-body h3{margin:20px 0 6px;font-weight:600}.dialog-body dl{grid-template-columns:minmax(110px,34%) minmax(0,1fr);gap:4px 16px;display:grid}.dialog-body dt{color:var(--muted)}.dialog-body dd{overflow-wrap:anywhere}.dialog-body ul{gap:4px;padding-left:18px;display:grid}.dialog-body li{color:var(--muted)}.dialog-body blockquote{border-left:3px solid var(--accent);margin:0 0 12px;padding:4px 16px}.dialog-body blockquote footer{color:var(--muted);font-size:13px}.dialog-body code,.dialog-body pre{color:var(--muted);overflow-wrap:anywhere;white-space:pre-wrap;font:12px/1.6 ui-monospace,monospace}table{border-collapse:collapse;font-variant-numeric:tabular-nums;width:100%;margin-bottom:14px}caption{color:var(--muted);text-align:left;padding:4px 0}th,td{border-top:1px solid var(--line);text-align:right;padding:4px 0;font-weight:400}th[scope=row]{color:var(--muted);text-align:left}thead th{color:var(--muted);font-size:13px}.keys{margin-bottom:18px}.keys.keys{grid-template-columns:112px minmax(0,1fr);gap:8px 16px}kbd{border:1px solid var(--line);background:var(--surface);min-width:24px;color:var(--ink);font:12px/1.5 var(--font);text-align:center;border-bottom-width:2px;border-radius:6px;margin-right:3px;padding:1px 6px;display:inline-block}
.sheet-handle{display:none}@media (max-width:760px) and (min-height:521px){:root{--target:44px}.desk{grid-template:"top""main"minmax(0,1fr)"handle""panel"0/minmax(0,1fr);transition:grid-template-rows .25s}.desk.sheet-open{grid-template-rows:auto minmax(0,1fr) auto 46dvh}.desk:not(.sheet-open) .panel{visibility:hidden}.top{gap:0;min-height:52px;padding:4px 6px 4px 16px}.scene{gap:10px;padding:0 12px 10px}.stage>:is(#lifemask-stage,.frame){width:min(100cqw, 100cqh * var(--aspect));height:min(100cqh, max(142cqw, 100cqw / var(--aspect)));aspect-ratio:auto}.bar{justify-content:space-between;justify-self:stretch}.bar .button{flex-direction:column;flex:1;gap:2px;min-width:0;min-height:52px;padding:0 2px}.bar .label{white-space:nowrap;font-size:10.5px}.sheet-handle{min-height:50px;padding-bottom:env(safe-area-inset-bottom);border:0;border-top:1px solid var(--line);background:var(--surface);border-radius:18px 18px 0 0;grid-area:handle;justify-content:center;align-items:center;gap:8px;font-weight:600;display:flex}.panel{border:0;overflow:hidden}.panel-tools{min-height:0;padding:4px 8px 8px 16px}.groups{padding:0 16px calc(16px + env(safe-area-inset-bottom))}.slider{padding:4px 0}input[type=range]{height:34px}input[type=range]::-webkit-slider-thumb{width:24px;height:24px;margin-top:-10px}input[type=range]::-moz-range-thumb{width:20px;height:20px}.sound{grid-template-columns:minmax(0,1fr) minmax(60px,30%) auto auto;justify-self:stretch}}@media (max-height:520px){:root{--target:40px}.desk{grid-template-columns:minmax(0,1fr) minmax(220px,34%)}.top{min-height:44px;padding:2px 8px 2px 16px}.scene{grid-template:"stage bar"minmax(0,1fr)"sound bar"/minmax(0,1fr) auto;gap:8px 10px;padding:0 12px 10px}.stage{grid-area:stage}.sound{grid-area:sound}.bar{flex-direction:column;grid-area:bar;align-self:center;max-height:100%;overflow:auto}.bar .label{display:none}.panel-tools{min-height:44px;padding:2px 8px 2px 14px}.groups{padding:0 14px 12px}}`;function Ch(e){try{return localStorage.getItem(e)}catch{return null}}function wh(e,t){try{localStorage.setItem(e,t)}catch{}}var Th=`lifemask-theme`;function Eh(){let e=matchMedia(`(prefers-color-scheme: dark)`),t=Ch(Th),n=()=>{let n=t===`dark`||t!==`light`&&e.matches;document.documentElement.dataset.theme=n?`dark`:`light`,om(r,n?`sun`:`moon`,n?`Light`:`Dark`,n?`Light colours`:`Dark colours`)},r=am(`moon`,`Dark`,`Dark colours`,()=>{t=document.documentElement.dataset.theme===`dark`?`light`:`dark`,wh(Th,t),n()});return e.addEventListener(`change`,n),n(),r}var Dh=.1,Oh=class{view;driver;messages=new Hm;stage;panel;hand;settings;recorder;soundBar;pauseButton;micButton;recordButton;recording=Promise.resolve();paused=!1;shown;lastMs=0;constructor(e,t,n,r={}){this.view=e,this.driver=n;let{info:i}=e;document.head.append($(`style`,{text:Sh})),this.shown=new Float32Array(i.layout.width),this.hand=new Lm(i),this.stage=new xh(e,t),this.recorder=new ch(e.canvas,i.name,()=>e.draw(this.shown)),this.soundBar=new ph(n),this.settings=new fh((e,t)=>{this.stage.setBackground(e),this.messages.say(t)}),this.panel=new th(i,this.hand,this.settings.group.element);let a=$(`input`,{type:`file`,accept:`audio/*,video/*`,class:`away`,tabindex:-1,"aria-label":`Choose sound or video`});a.addEventListener(`change`,()=>{let e=a.files?.[0];a.value=``,e!==void 0&&this.playFile(e)}),this.pauseButton=am(`pause`,`Pause`,`Pause`,()=>this.togglePause(),{"aria-keyshortcuts":`Space`}),this.micButton=am(`microphone`,`Mic`,`Microphone`,()=>void this.toggleMicrophone(),{"aria-keyshortcuts":`m`}),this.recordButton=am(`record`,`Record`,`Record`,()=>this.toggleRecording(),{"aria-keyshortcuts":`r`,class:`button record`});let o=am(`file`,`Open`,`Open sound or video`,()=>a.click(),{"aria-keyshortcuts":`o`}),s=am(`background`,`Background`,`Background`,()=>this.settings.nextBackground(),{"aria-keyshortcuts":`b`}),c=am(`reset`,`Reset`,`Reset view`,()=>this.stage.reset(),{"aria-keyshortcuts":`0`}),l=r.buttons??[],u=$(`div`,{class:`bar`,role:`toolbar`,"aria-label":`Avatar`},this.pauseButton,this.micButton,o,...l.map(e=>e.button),this.recordButton,s,c),d=[[` `,`Pause or go on`,()=>this.togglePause()],[`m`,`Microphone on or off`,()=>void this.toggleMicrophone()],[`o`,`Open a file of sound or video`,()=>a.click()],...l.map(e=>[e.key,e.does,e.act]),[`r`,`Record, and stop recording`,()=>this.toggleRecording()],[`b`,`Next background`,()=>this.settings.nextBackground()],[`0`,`Reset the view`,()=>this.stage.reset()],[`?`,`This help`,()=>f.open()]],f=new _m(`Keys`,e=>e.append(vm([...d.map(([e,t])=>[e===` `?`Space`:e.toUpperCase(),t]),[`← → ↑ ↓`,`Turn the view`],[`+ −`,`Zoom`]]),$(`p`,{text:`Drag the picture to turn it, double-click it to reset it. Drop a sound or video on the page to make it speak. A double click on a slider puts it back.`}))),p=bm(e,r.times??(()=>[]));Rm(e=>{let t=d.find(([t])=>t===e);return t!==void 0&&t[2](),t!==void 0||this.stage.key(e)});let m=$(`button`,{type:`button`,class:`sheet-handle`,"aria-controls":`panel`},rm(`sliders`),`Controls`),h=$(`aside`,{class:`panel`,id:`panel`,"aria-label":`Controls`},this.panel.element),g=$(`div`,{class:`desk`});m.addEventListener(`click`,()=>_(!g.classList.contains(`sheet-open`)));let _=e=>{g.classList.toggle(`sheet-open`,e),m.setAttribute(`aria-expanded`,String(e))};_(!1);let v=$(`header`,{class:`top`},$(`h1`,{text:i.name}),$(`span`,{class:`chip`,text:`Synthetic`}),...r.header??[],$(`span`,{class:`space`}),Eh(),am(`about`,`About`,`About`,()=>p.open()),am(`help`,`Keys`,`Keys`,()=>f.open())),y=xm(`Drop sound or video to make it speak`,e=>void this.playFile(e));g.append(v,$(`div`,{class:`scene`,role:`main`},this.stage.element,this.soundBar.element,u,this.messages.element),m,h),document.body.append(g,a,y,f.element,p.element),n.onchange=()=>this.showHearing(),n.onerror=e=>this.messages.fail(e);let b=matchMedia(`(prefers-reduced-motion: reduce)`),x=()=>n.stillHead=b.matches;b.addEventListener(`change`,x),x()}start(){let e=this.view.info.rest.slice(),t=e.slice(),n=r=>{let i=Math.min(Math.max(r-this.lastMs,0)/1e3,Dh);this.lastMs=r,this.paused||this.driver.next(i,t),e.set(t),this.hand.apply(e,i),this.stage.next(i),e.some((e,t)=>e!==this.shown[t])&&(this.shown.set(e),this.view.draw(e)),this.soundBar.update(),this.recorder.running&&this.showRecording(),requestAnimationFrame(n)};this.lastMs=performance.now(),requestAnimationFrame(n)}async playFile(e){await this.guard(async()=>{this.paused&&this.togglePause(),await this.driver.playFile(e),this.driver.hasVoice||this.messages.fail(`This avatar has no voice: the sound is played, and the mouth stays still.`)})}async toggleMicrophone(){if(this.driver.hearing===`microphone`)return this.driver.stop();await this.guard(async()=>{if(!this.driver.hasVoice)throw Error(`This avatar has no voice, so that sound cannot move its mouth.`);this.paused&&this.togglePause(),await this.driver.startMicrophone()})}togglePause(){this.paused=!this.paused,this.paused?om(this.pauseButton,`play`,`Go on`,`Go on`):om(this.pauseButton,`pause`,`Pause`,`Pause`),this.guard(()=>this.driver.hold(this.paused))}toggleRecording(){this.recordButton.classList.add(`on`),this.recording=this.recording.then(()=>this.startOrStop())}async startOrStop(){await this.guard(async()=>{if(!this.recorder.running)await this.recorder.start(await this.driver.speaker.stream(),this.settings.marked);else{let{blob:e,fileName:t}=await this.recorder.stop(),n=URL.createObjectURL(e);$(`a`,{href:n,download:t}).click(),setTimeout(()=>URL.revokeObjectURL(n),6e4),this.messages.say(`Saved as ${t}`)}}),this.showRecording()}showRecording(){let{running:e,seconds:t}=this.recorder,n=e?`Stop recording, ${mh(t)}`:`Record`;this.recordButton.title!==n&&om(this.recordButton,e?`stop`:`record`,e?mh(t):n,n),this.recordButton.classList.toggle(`on`,e)}showHearing(){let e=this.driver.hearing===`microphone`;this.micButton.classList.toggle(`on`,e),om(this.micButton,`microphone`,`Mic`,e?`Microphone off`:`Microphone`)}async guard(e){try{await e()}catch(e){this.messages.fail(e instanceof Error?e.message:String(e))}}},kh=class{context=null;tap=null;async open(){if(this.context===null){this.context=new AudioContext({latencyHint:`interactive`}),this.tap=this.context.createMediaStreamDestination();let e=new ConstantSourceNode(this.context,{offset:0});e.connect(this.tap),e.start()}return this.context.state!==`running`&&await Promise.race([this.context.resume(),new Promise(e=>setTimeout(e,300))]),this.context}async stream(){return await this.open(),this.tap.stream}async hold(e){this.context!==null&&await(e?this.context.suspend():this.context.resume())}async play(e,t){let n=await this.open(),r=n.createBufferSource();r.buffer=e,r.connect(n.destination),r.connect(this.tap),r.onended=t;let i=n.currentTime+.02;return r.start(i),new Ah(n,r,i,e.duration)}},Ah=class{context;source;startS;lengthS;constructor(e,t,n,r){this.context=e,this.source=t,this.startS=n,this.lengthS=r}get atS(){return this.context.currentTime-(this.context.outputLatency||0)-this.startS}stop(){this.source.onended=null,this.source.stop(),this.source.disconnect()}},jh=.3,Mh=-60,Nh=50,Ph=class{info;speaker=new kh;hearing=`nothing`;onchange=()=>{};onerror=()=>{};stillHead=!1;playing=null;file=null;microphone=null;turn=0;starting=!1;loudness=0;shown;left;fadedS=jh;held=!1;constructor(e){this.info=e,this.shown=e.rest.slice(),this.left=e.rest.slice()}next(e,t){if(this.move(e,t),this.fadedS+=e,this.fadedS<jh){let e=this.fadedS/jh;wm(this.info.layout,this.left,t,e*e*(3-2*e),t)}this.stillHead&&Tm(this.info.layout,this.info.rest,t),this.shown.set(t)}get level(){return this.hearing===`microphone`?this.loudness:0}get progress(){if(this.hearing!==`file`||this.file===null)return null;let e=this.file.buffer.duration;return{name:this.file.name,atS:Math.min(Math.max(this.playing?.atS??0,0),e),lengthS:e}}async playFile(e){this.stop();let t=++this.turn;await this.speaker.open();let{samples:n,buffer:r}=await Pp(e);t===this.turn&&(this.restart(),this.file={name:e.name,samples:n,buffer:r},this.become(`file`))}async startMicrophone(){this.stop();let e=++this.turn,t=await jp(t=>{e===this.turn&&this.hearing===`microphone`&&(this.meter(t),this.held||this.hear(t))});if(e!==this.turn)return t.close();this.restart(),this.microphone=t,this.become(`microphone`)}stop(){this.turn++,this.playing?.stop(),this.microphone?.close(),this.playing=this.microphone=this.file=null,this.hearing!==`nothing`&&(this.restart(),this.become(`nothing`))}async hold(e){this.held=e,await this.speaker.hold(e)}startPlaying(){let{turn:e,file:t}=this;t===null||this.starting||(this.starting=!0,this.speaker.play(t.buffer,()=>e===this.turn&&this.stop()).then(t=>e===this.turn?this.playing=t:t.stop(),e=>this.onerror(e.message)))}fade(){this.left.set(this.shown),this.fadedS=0}become(e){this.fade(),this.hearing=e,this.starting=!1,this.loudness=0,this.onchange()}meter(e){let t=0;for(let n of e)t+=n*n;let n=10*Math.log10(t/Math.max(e.length,1)+1e-12),r=Math.min(Math.max((n-Mh)/Nh,0),1);this.loudness=Math.max(r,this.loudness*.85)}},Fh=.08,Ih=.04,Lh=.17,Rh=[2.2,6.5],zh=class{layout;more;block=new Float32Array;first=0;time=0;constructor(e,t){this.layout=e,this.more=t}next(e,t){this.time+=e;let n=this.time*25,r=Math.floor(n),{width:i}=this.layout;for(;r+1>=this.first+this.block.length/i;){let e=Math.min(Math.max(r-this.first,0),this.block.length/i),t=this.more(25),n=new Float32Array((this.block.length/i-e)*i+t.length);n.set(this.block.subarray(e*i)),n.set(t,n.length-t.length),this.block=n,this.first+=e}let a=e=>this.block.subarray((e-this.first)*i,(e-this.first+1)*i);wm(this.layout,a(r),a(r+1),n-r,t)}},Bh=class{info;lids;sinceS=0;nextS=1.5;constructor(e){this.info=e;let{expressionNames:t,offsets:n}=e.layout;this.lids=[`eyeBlinkLeft`,`eyeBlinkRight`].map(e=>t.indexOf(e)).filter(e=>e>=0).map(e=>e+n.expression)}next(e,t){t.set(this.info.rest),this.sinceS+=e;let n=this.sinceS-this.nextS;if(n<0)return;let r=n<Fh?n/Fh:n<.12?1:1-(n-Fh-Ih)/Lh;if(r<=0){this.sinceS=0,this.nextS=Rh[0]+Math.random()*(Rh[1]-Rh[0]);return}let i=r*r*(3-2*r);for(let e of this.lids)t[e]=t[e]+i*(1-t[e])}},Vh=class{layout;blocks=[];end=0;constructor(e){this.layout=e}add(e,t,n){this.blocks.push({first:n,count:t,rows:e.slice(0,t*this.layout.width)}),this.end=n+t}clear(){this.blocks=[],this.end=0}read(e,t){if(this.end===0)return!1;let n=Math.min(Math.max(e,this.blocks[0].first),this.end-1),r=Math.floor(n);for(;this.blocks.length>1&&this.blocks[0].first+this.blocks[0].count<=r;)this.blocks.shift();let i=Math.min(r+1,this.end-1);return wm(this.layout,this.row(r),this.row(i),n-r,t),!0}row(e){let t=this.blocks.find(t=>e<t.first+t.count)??this.blocks.at(-1),n=Math.max(0,e-t.first)*this.layout.width;return t.rows.subarray(n,n+this.layout.width)}},Hh=2.5,Uh=.25,Wh=15,Gh=1.5,Kh=5,qh=class extends Ph{engine;hasVoice;life;track;fed=0;place=0;constructor(e,t){super(e),this.engine=t,this.hasVoice=t!==null,this.track=new Vh(e.layout),this.life=t===null?new Bh(e):new zh(e.layout,e=>t.idle(e)),t!==null&&(t.onRows=(e,t,n)=>this.track.add(e,t,n),t.onError=e=>this.onerror(`The voice stopped working: ${e.message}`))}restart(){this.engine?.reset(),this.track.clear(),this.fed=this.place=0}hear(e){this.engine?.push(e)}move(e,t){this.hearing===`file`&&this.feed(),(this.hearing===`file`?this.readFile(t):this.hearing===`microphone`&&this.readLive(e,t))||this.life.next(e,t)}feed(){if(this.engine===null||this.file===null)return;let{samples:e}=this.file,t=((this.playing?.atS??0)+Hh)*this.engine.hz;for(;this.fed<Math.min(t,e.length);){let t=e.subarray(this.fed,this.fed+Uh*this.engine.hz);this.engine.push(t),this.fed+=t.length,this.fed===e.length&&this.engine.flush()}}readFile(e){if(this.engine===null)return this.startPlaying(),!1;let t=Math.min(Wh,Math.floor((this.file?.buffer.duration??0)*25));return this.track.end>=t&&this.startPlaying(),this.playing!==null&&(this.place===0&&this.fade(),this.place=Math.max(this.playing.atS*25,1e-6),this.track.read(this.place,e))}readLive(e,t){if(this.track.end===0)return!1;let n=this.track.end-1;this.place===0&&this.fade();let r=n-this.place;return this.place+=e*25*(1+.15*(r-Gh)),this.place=Math.min(Math.max(this.place,n-Kh,1e-6),n),this.track.read(this.place,t)}};async function Jh(e,t){let n=null,r=null;try{t!==null&&(n=await em.create(t))}catch(e){r=e}let i=new Oh(e,e.canvas.parentElement,new qh(e.info,n));if(i.start(),r!==null){let e=r instanceof Error?r.message:String(r);i.messages.fail(`The voice could not be read, so that sound moves nothing: ${e}`)}}async function Yh(){let t=e(`lifemask-avatar`),n=document.getElementById(`lifemask-stage`);if(!t||!n)throw Error(`This page holds no avatar. It was cut, or changed by another program.`);let r=await Sp.create(n,t);return performance.mark(`lifemask-drawn`),document.documentElement.dataset.state=`ready`,await Jh(r,e(`lifemask-voice`)),r}window.lifemask=Yh(),window.lifemask.catch(e=>{document.documentElement.dataset.state=`failed`;let t=document.getElementById(`lifemask-message`);t&&(t.textContent=e instanceof Error?e.message:String(e)),console.error(e)});